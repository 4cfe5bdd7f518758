"""Work on the workers of a Dask cluster, behind the same seam as work on this machine (`raingan.apart.tasks`)."""
