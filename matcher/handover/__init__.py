"""What leaves the house: per agency a folder of files, with the columns that it may see and nothing else."""
