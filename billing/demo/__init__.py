"""The demo company: Tresvegas Alimentación, an invented food wholesaler with a year of business behind it.

Everything comes from one seed and one day, so two loads on the same day make the same company. What is long over
is written set-based; the days around today go through the services that the desks use.
"""
