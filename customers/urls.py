"""Addresses of this app."""

from django.urls import path

from customers.views import companies, files, jobs, people, start, today

app_name = "customers"

urlpatterns = [
    path("", start.start, name="start"),
    path("account/", start.account_page, name="account_page"),
    path("accounts/invitation/<str:token>/", people.invitation_accept, name="invitation_accept"),
    path("files/<uuid:file_id>/", files.file_download, name="file_download"),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<uuid:job_id>/", jobs.job_page, name="job_page"),
    path("portal/company/<int:customer_id>/switch/", start.company_switch, name="company_switch"),
    path("portal/people/", people.people_list, name="people_list"),
    path("portal/people/invite/", people.people_invite, name="people_invite"),
    path("portal/people/<int:membership_id>/", people.people_change, name="people_change"),
    path(
        "portal/people/invitations/<int:invitation_id>/withdraw/",
        people.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("desk/", today.today_page, name="today_page"),
    path("search/", today.search, name="search"),
    path("desk/customers/", companies.customer_list, name="customer_list"),
    path("desk/customers/<int:customer_id>/", companies.customer_page, name="customer_page"),
    path("desk/customers/<int:customer_id>/notes/", companies.customer_notes, name="customer_notes"),
    path("desk/customers/<int:customer_id>/people/", people.customer_people, name="customer_people"),
    path("desk/customers/<int:customer_id>/people/invite/", people.customer_invite, name="customer_invite"),
    path("desk/mail/", jobs.outbox_list, name="outbox_list"),
    path("desk/mail/<int:message_id>/", jobs.outbox_message, name="outbox_message"),
    path("desk/mail/<int:message_id>/again/", jobs.outbox_send_again, name="outbox_send_again"),
]
