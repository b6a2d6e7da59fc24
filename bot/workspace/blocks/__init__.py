"""What Slack accepts as blocks, elements, views and messages: tables of rules, and one function that reads them."""
