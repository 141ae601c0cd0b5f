"""Every admin page of reporting opens, and none changes anything."""

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from people.models import User
from reporting.models import (
    Breach,
    DailyReport,
    Delivery,
    Mute,
    Notice,
    NoticePreference,
    ReceivedMail,
    TeamChannel,
    ToldVerdict,
)
from tests.factories.reporting import (
    BreachFactory,
    DailyReportFactory,
    DeliveryFactory,
    MuteFactory,
    NoticeFactory,
    NoticePreferenceFactory,
    ReceivedMailFactory,
    TeamChannelFactory,
    ToldVerdictFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = {
    Breach: BreachFactory,
    DailyReport: DailyReportFactory,
    Delivery: DeliveryFactory,
    Mute: MuteFactory,
    Notice: NoticeFactory,
    NoticePreference: NoticePreferenceFactory,
    ReceivedMail: ReceivedMailFactory,
    TeamChannel: TeamChannelFactory,
    ToldVerdict: ToldVerdictFactory,
}


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create(email="root@example.com", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", FACTORIES)
def test_lists_and_rows_open_and_only_show(admin, model):
    row = FACTORIES[model]()
    assert str(row)
    name = f"admin:reporting_{model._meta.model_name}"

    assert admin.get(reverse(f"{name}_changelist")).status_code == 200
    page = admin.get(reverse(f"{name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert admin.get(reverse(f"{name}_add")).status_code == 403
    assert admin.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_every_model_has_an_admin():
    assert {model for model in site._registry if model._meta.app_label == "reporting"} == set(FACTORIES)


def test_the_address_and_the_secret_of_a_channel_are_shown_to_nobody(admin):
    row = TeamChannelFactory(url="https://chat.example/zq7-path", secret="whsec_zq7")
    page = admin.get(reverse("admin:reporting_teamchannel_change", args=[row.pk])).content

    assert b"zq7" not in page
