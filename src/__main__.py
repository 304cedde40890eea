"""`python -m knative_lambda`: the command, where its script is not on the path."""

from knative_lambda.entrypoints.cli import main

if __name__ == "__main__":
    main()
