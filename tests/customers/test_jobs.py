"""Jobs, files and mails."""

import smtplib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import FileKind, JobRun, JobState, OutboxMessage, OutboxState, StoredFile, User
from customers.services import files, mail
from customers.services.jobs import JobError, Progress, run_job, start_job
from customers.tasks import MailNotSent, send_mail
from tests.factories import make_account, make_file, make_job, make_mail, make_member, make_user


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="customers.backends.DeskBackend")
    return client


# Jobs


@pytest.mark.django_db
def test_job_is_written_and_enqueued_together_or_not_at_all() -> None:
    run = start_job(user=make_user(), kind="test", title="A job", task=send_mail)
    enqueued = ProcrastinateJob.objects.get(task_name="customers.tasks.send_mail")
    assert enqueued.args == {"job_id": str(run.pk)}
    with transaction.atomic():
        start_job(user=run.user, kind="test", title="Another", task=send_mail)
        transaction.set_rollback(True)
    assert (JobRun.objects.count(), ProcrastinateJob.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_job_speaks_the_language_it_was_asked_in() -> None:
    spoken = []

    def work(run: JobRun, progress: Progress) -> None:
        spoken.append((run.language, get_language()))

    for asked in ("en", "es"):
        with override(asked):
            run = start_job(user=make_user(language="es"), kind="test", title="A job", task=send_mail)
        run_job(str(run.pk), work)
    assert spoken == [("en", "en"), ("es", "es")]
    assert make_job(user=make_user(language="es")).language == "es"


@pytest.mark.django_db(transaction=True)
def test_job_shows_progress_before_it_ends_and_then_its_file() -> None:
    user = make_user()
    run, seen = make_job(user=user), []

    def work(run: JobRun, progress: Progress) -> StoredFile:
        progress(3, total=10, message="counting")
        other = connection.copy()
        with closing(other), other.cursor() as cursor:
            cursor.execute("SELECT state, done, total, message FROM customers_jobrun WHERE id = %s", [run.pk])
            seen.append(cursor.fetchone())
        return files.store_file(content=b"x", name="x.csv", kind=FileKind.EXPORT, content_type="text/csv", owner=user)

    run_job(str(run.pk), work)
    assert seen == [("running", 3, 10, "counting")]
    run.refresh_from_db()
    assert (run.state, run.done, run.total, run.result.name) == (JobState.DONE, 10, 10, "x.csv")
    run_job(str(run.pk), work)
    assert StoredFile.objects.count() == 1, "a job done is not done twice"


@pytest.mark.django_db(transaction=True)
def test_failed_job_keeps_nothing_and_says_why() -> None:
    first, second = make_job(), make_job()

    def refuse(run: JobRun, progress: Progress) -> None:
        make_account(name="half done")
        raise JobError("Line 7: the date is missing.")

    def break_down(run: JobRun, progress: Progress) -> None:
        make_account(name="half done")
        raise ValueError("bad")

    run_job(str(first.pk), refuse)
    with pytest.raises(ValueError, match="bad"):
        run_job(str(second.pk), break_down)
    for run in (first, second):
        run.refresh_from_db()
        assert run.state == JobState.FAILED
        assert run.finished_at is not None
    assert first.message == "Line 7: the date is missing."
    assert str(second.pk) in second.message
    assert "bad" not in second.message
    assert type(make_account()).objects.filter(name="half done").count() == 0


@pytest.mark.django_db(transaction=True)
def test_job_that_deadlocked_is_done_again() -> None:
    tries = []

    def meet(run: JobRun, progress: Progress) -> None:
        tries.append(1)
        if len(tries) == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '40P01'; END $$")

    run = make_job()
    run_job(str(run.pk), meet)
    run.refresh_from_db()
    assert (run.state, len(tries)) == (JobState.DONE, 2)


@pytest.mark.django_db
def test_job_page_asks_again_while_it_runs_and_stops_then() -> None:
    run = make_job(state=JobState.RUNNING, done=2, total=4)
    client, address = client_of(run.user), reverse("customers:job_page", args=[run.pk])
    headers = {"HX-Request": "true", "HX-Target": "job_state"}
    assert 'hx-trigger="load delay' in client.get(address, headers=headers).content.decode()
    JobRun.objects.update(state=JobState.DONE)
    done = client.get(address, headers=headers).content.decode()
    assert "hx-trigger" not in done
    assert "<html" not in done


@pytest.mark.django_db
def test_job_list_costs_the_same_for_one_and_three(django_assert_num_queries: Any) -> None:
    user = make_user()
    client, address = client_of(user), reverse("customers:job_list")
    make_job(user=user)
    client.get(address)
    with django_assert_num_queries(7):
        client.get(address)
    for _ in range(2):
        make_job(user=user)
    with django_assert_num_queries(7):
        client.get(address)


# Files


@pytest.mark.django_db
def test_file_is_kept_under_its_hash_once(tmp_path: Path) -> None:
    first, second = make_file(content=b"same"), make_file(content=b"same", name="other.csv")
    assert first.sha256 == second.sha256
    assert files.read_file(first) == b"same"
    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert kept == [files.path_of(first.sha256)]


@pytest.mark.django_db
def test_file_that_cannot_be_written_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        make_file(content=b"data")
    assert StoredFile.objects.count() == 0
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("a.csv", "text/csv", 'attachment; filename="a.csv"'),
        ("page.html", "text/html", 'attachment; filename="page.html"'),
        ("picture.svg", "image/svg+xml", 'attachment; filename="picture.svg"'),
        ("factura ñ.pdf", "application/pdf", "inline; filename*=utf-8''factura%20%C3%B1.pdf"),
    ],
)
def test_download_never_lets_a_browser_run_anything(name: str, content_type: str, disposition: str) -> None:
    user = make_user()
    stored = make_file(owner=user, name=name, content_type=content_type, content=b"<script>alert(1)</script>")
    response = client_of(user).get(reverse("customers:file_download", args=[stored.pk]))
    assert response.status_code == 200
    assert response["Content-Disposition"] == disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_document_reaches_the_desks_that_may_see_it_and_nobody_by_guessing() -> None:
    member = make_member()
    invoice = make_file(kind=FileKind.INVOICE, account=member.account, content_type="application/pdf", name="f.pdf")
    address = reverse("customers:file_download", args=[invoice.pk])
    answers = {
        desk: client_of(make_user(desk=desk)).get(address).status_code for desk in ("finance", "rep", "warehouse")
    }
    assert answers == {"finance": 200, "rep": 200, "warehouse": 404}
    assert client_of(member.user).get(address).status_code == 404, "by the invoice's own page only"
    assert client_of(make_member().user).get(address).status_code == 404


# Mail


@pytest.mark.django_db
def test_mail_is_sent_from_the_outbox_once() -> None:
    message = mail.write_mail(recipient="a@shop.test", subject="Two\nlines", body="Text")
    assert (message.state, message.subject) == (OutboxState.WAITING, "Two lines")
    send_mail(message_id=message.pk)
    send_mail(message_id=message.pk)
    assert [(sent.to, sent.subject) for sent in django_mail.outbox] == [(["a@shop.test"], "Two lines")]
    message.refresh_from_db()
    assert (message.state, message.attempts) == (OutboxState.SENT, 1)
    assert message.sent_at is not None


@pytest.mark.django_db
def test_mail_server_down_is_tried_again_and_given_up_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(self: Any, fail_silently: bool = False) -> int:  # noqa: FBT001  (Django's)
        raise smtplib.SMTPServerDisconnected("no server here")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    message = mail.write_mail(recipient="a@shop.test", subject="Hello", body="Text")
    for attempt in range(1, mail.MAX_ATTEMPTS):
        with pytest.raises(MailNotSent):
            send_mail(message_id=message.pk)
        message.refresh_from_db()
        assert (message.state, message.attempts) == (OutboxState.WAITING, attempt)
    send_mail(message_id=message.pk)
    message.refresh_from_db()
    assert message.state == OutboxState.FAILED
    assert message.last_error == "SMTPServerDisconnected: no server here"

    monkeypatch.undo()
    boss = client_of(make_user(desk="admin"))
    assert "no server here" in boss.get(reverse("customers:outbox_list")).content.decode()
    boss.post(reverse("customers:outbox_send_again", args=[message.pk]))
    message.refresh_from_db()
    assert (message.state, message.attempts) == (OutboxState.WAITING, 0)
    assert mail.send(message_id=message.pk, at=timezone.now()) is False
    message.refresh_from_db()
    assert message.state == OutboxState.SENT


@pytest.mark.django_db
def test_mail_of_an_aborted_transaction_is_never_written() -> None:
    with transaction.atomic():
        mail.write_mail(recipient="a@shop.test", subject="Hello", body="Text")
        transaction.set_rollback(True)
    assert (OutboxMessage.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_mail_with_a_personal_link_is_for_its_recipient_alone(settings: Any) -> None:
    settings.DEMO = False
    message = mail.write_mail(recipient="a@shop.test", subject="Welcome", body="http://x/secret/", is_secret=True)
    page = client_of(make_user(desk="admin")).get(reverse("customers:outbox_message", args=[message.pk]))
    assert "secret" not in page.content.decode()
    send_mail(message_id=message.pk)
    assert "http://x/secret/" in django_mail.outbox[0].body
    message.refresh_from_db()
    assert message.body == ""


@pytest.mark.django_db
def test_outbox_shows_a_mail_as_text() -> None:
    message = make_mail(body="<b>bold</b> http://testserver/x/")
    page = (
        client_of(make_user(desk="admin")).get(reverse("customers:outbox_message", args=[message.pk])).content.decode()
    )
    assert "&lt;b&gt;bold" in page
    assert 'href="http://testserver/x/"' in page
