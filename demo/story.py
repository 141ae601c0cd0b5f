"""The whole story of the demo company as rows, in the order in which the CRM's feed brings them."""

from demo.company import found
from demo.deals import tell_deals
from demo.desk import tell_desk
from demo.fairs import tell_fairs
from demo.handoffs import tell_leads
from demo.ledger import Ledger, Row
from demo.marketing import tell_marketing
from demo.mishaps import tell_mishaps
from demo.requests import tell_requests
from demo.stage import Stage
from demo.today import tell_today


def tell(stage: Stage) -> list[Row]:
    """Every fact up to the stage's last instant; equal stages tell the same."""
    ledger = Ledger(stage.opens)
    company = found(stage, ledger)
    tell_requests(stage, company, ledger)
    tell_leads(stage, company, ledger)
    tell_fairs(stage, company, ledger)
    tell_deals(stage, company, ledger)
    tell_marketing(stage, company, ledger)
    tell_desk(stage, company, ledger)
    tell_mishaps(stage, company, ledger)
    tell_today(stage, company, ledger)
    return list(ledger.until(stage.as_of))
