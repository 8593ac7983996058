#!/usr/bin/env python3
"""Writes docs/compatibility.md: which operations of which AWS APIs are served.

  compatibility.py SLIPWAY

asks the binary what it serves and botocore's models what there is.
"""

import collections
import subprocess
import sys

import botocore.session

NAMES = {"ecs": "Elastic Container Service", "logs": "CloudWatch Logs", "iam": "Identity and Access Management",
         "sts": "Security Token Service", "ec2": "Elastic Compute Cloud", "kms": "Key Management Service",
         "ssm": "Systems Manager Parameter Store", "secretsmanager": "Secrets Manager"}


def main():
    served = collections.defaultdict(list)
    listing = subprocess.run([sys.argv[1], "operations"], check=True, capture_output=True, text=True).stdout
    for line in listing.splitlines():
        service, operation = line.split()
        served[service].append(operation)
    session = botocore.session.get_session()
    print("# Compatibility\n")
    print("Operations that this build serves, made by `make docs` from the binary and the API models that it is built")
    print("with. Any other operation answers with its protocol's unknown-operation error.\n")
    print("| API | version | served | of |\n|---|---|---|---|")
    models = {service: session.get_service_model(service) for service in served}
    for service, model in models.items():
        print(f"| {NAMES.get(service, service)} | {model.api_version} | {len(served[service])} | {len(model.operation_names)} |")
    for service in served:
        print(f"\n## {NAMES.get(service, service)}\n")
        print(", ".join(f"`{name}`" for name in sorted(served[service])))


if __name__ == "__main__":
    main()
