"""Thai writing: letters and their order, folding, words. The ground of all other rooms."""
