"""When, and in what order: the Prefect flow, the watcher and the command line. The only place where the other packages meet."""
