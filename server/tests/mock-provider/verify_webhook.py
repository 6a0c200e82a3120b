"""Verifies a webhook with the published package: secret as argument, {headers, body} on standard input."""
import json
import sys

from standardwebhooks.webhooks import Webhook

request = json.load(sys.stdin)
payload = Webhook(sys.argv[1]).verify(request["body"], request["headers"])
sys.stdout.write(payload["type"])
