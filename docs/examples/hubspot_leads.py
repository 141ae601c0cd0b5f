"""Copies the lead's status of HubSpot's contacts to SLA Hub: run it every few minutes.

    HUB=… TOKEN=… HUBSPOT_TOKEN=… python hubspot_leads.py 2026-04-01T00:00:00Z

The argument is the time of the last run; earlier does no harm. Standard library only.
"""

import itertools
import json
import os
import sys
import urllib.request

HUBSPOT = os.environ.get("HUBSPOT_URL", "https://api.hubapi.com")
FIELDS = ["lifecyclestage", "hs_analytics_source", "hubspot_owner_id", "createdate", "lastmodifieddate"]
STATUS = {"marketingqualifiedlead": "mql", "salesqualifiedlead": "accepted"}


def post(url, token, body):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def changed_contacts(since):
    filters = [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": since}]
    asked = {"filterGroups": [{"filters": filters}], "properties": FIELDS, "limit": 100}
    while True:
        page = post(f"{HUBSPOT}/crm/v3/objects/contacts/search", os.environ["HUBSPOT_TOKEN"], asked)
        yield from page["results"]
        if "paging" not in page:
            return
        asked["after"] = page["paging"]["next"]["after"]


def records(since):
    for row in changed_contacts(since):
        had = row["properties"]
        yield {
            "external_id": row["id"],
            "contact": row["id"],
            "status": STATUS.get(had["lifecyclestage"], had["lifecyclestage"]),
            "origin": had["hs_analytics_source"],
            "owner": had["hubspot_owner_id"],
            "created_at": had["createdate"],
            "updated_at": had["lastmodifieddate"],
        }


def main(since):
    rows = records(since)
    while batch := list(itertools.islice(rows, 5000)):
        url = f"{os.environ['HUB']}/api/v1/sync/leads/"
        summary = post(url, os.environ["TOKEN"], {"source": "hubspot", "records": batch})
        for error in summary.pop("errors"):
            print(error, file=sys.stderr)
        print(summary)


if __name__ == "__main__":
    main(sys.argv[1])
