"""Knative Lambda Builder: from a tenant's code, named in a CloudEvent, to a running function."""
