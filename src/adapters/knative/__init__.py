"""Functions served by Knative: their Services, ServiceAccounts and Triggers."""
