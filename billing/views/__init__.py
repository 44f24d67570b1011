"""The finance desk's pages, and the customer's own."""
