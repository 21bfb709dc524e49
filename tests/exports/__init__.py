"""Lists as files: what is recorded, with numbers in full, by the worker; the page of jobs."""
