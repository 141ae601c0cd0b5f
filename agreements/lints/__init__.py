"""What is allowed in an agreement and yet hardly meant. Pure: no Django, no clock."""

from agreements.lints.agreement import agreement_findings
from agreements.lints.commitment import commitment_findings
from agreements.lints.findings import Finding, Surroundings

__all__ = ["Finding", "Surroundings", "agreement_findings", "commitment_findings"]
