"""What the user named: folders, archives, addresses; and what each file is, told from its bytes."""
