"""Sources in git repositories, read by the `git` program, which never checks anything out."""
