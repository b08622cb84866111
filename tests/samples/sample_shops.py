"""The three public sample databases: who their customers are, what identifies one, and which sums are money."""

from __future__ import annotations

from dataclasses import dataclass

from live import Live, Row


@dataclass(frozen=True)
class Shop:
    """`who` finds one customer's identifying values; `money` are sums that an erasure must not move."""

    name: str
    dataset: dict[str, str]  # by store
    customers: tuple[str, ...]
    who: dict[str, str]
    money: dict[str, tuple[str, ...]]

    def canaries(self, live: Live, customer: str) -> list[str]:
        """The customer's e-mail address, full name, telephone numbers and street, as the database holds them."""
        (row,) = live.query(self.who[live.kind].format(quoted(customer)))
        return [str(cell) for cell in row if cell]

    def sums(self, live: Live) -> list[list[Row]]:
        return [live.query(sql) for sql in self.money[live.kind]]


def quoted(customer: str) -> str:
    return customer if customer.isdigit() else f"'{customer}'"


SHOPS = {
    "chinook": Shop(
        "chinook",
        {"sqlite": "Customer", "postgres": "customer", "mysql": "Customer"},
        ("1", "5", "59"),
        {
            "sqlite": "SELECT Email, FirstName || ' ' || LastName, Phone, Fax, Address FROM Customer WHERE CustomerId = {}",
            "postgres": "SELECT email, first_name || ' ' || last_name, phone, fax, address FROM customer WHERE customer_id = {}",
            "mysql": "SELECT Email, FirstName || ' ' || LastName, Phone, Fax, Address FROM Customer WHERE CustomerId = {}",
        },
        {
            "sqlite": (
                "SELECT count(*), sum(Total) FROM Invoice",
                "SELECT count(*), sum(UnitPrice * Quantity) FROM InvoiceLine",
                "SELECT InvoiceId, InvoiceDate, Total FROM Invoice ORDER BY 1",
            ),
            "postgres": (
                "SELECT count(*), sum(total) FROM invoice",
                "SELECT count(*), sum(unit_price * quantity) FROM invoice_line",
                "SELECT invoice_id, invoice_date, total FROM invoice ORDER BY 1",
            ),
            "mysql": (
                "SELECT count(*), sum(Total) FROM Invoice",
                "SELECT count(*), sum(UnitPrice * Quantity) FROM InvoiceLine",
                "SELECT InvoiceId, InvoiceDate, Total FROM Invoice ORDER BY 1",
            ),
        },
    ),
    "northwind": Shop(
        "northwind",
        {"sqlite": "Customers", "postgres": "customers"},
        ("ALFKI", "BERGS", "WOLZA"),
        {
            "sqlite": "SELECT ContactName, CompanyName, Phone, Fax, Address FROM Customers WHERE CustomerID = {}",
            "postgres": "SELECT contact_name, company_name, phone, fax, address FROM customers WHERE customer_id = {}",
        },
        {
            "sqlite": (
                'SELECT count(*), sum(UnitPrice * Quantity * (1 - Discount)) FROM "Order Details"',
                "SELECT OrderID, OrderDate, Freight FROM Orders ORDER BY 1",
            ),
            "postgres": (
                "SELECT count(*), sum((unit_price * quantity * (1 - discount))::numeric) FROM order_details",
                "SELECT order_id, order_date, freight FROM orders ORDER BY 1",
            ),
        },
    ),
    "sakila": Shop(
        "sakila",
        {"sqlite": "customer", "postgres": "customer", "mysql": "customer"},
        ("1", "45", "599"),
        dict.fromkeys(
            ("sqlite", "postgres", "mysql"),
            "SELECT c.email, c.first_name || ' ' || c.last_name, a.phone, a.address FROM customer c "
            "JOIN address a ON a.address_id = c.address_id WHERE c.customer_id = {}",
        ),
        dict.fromkeys(
            ("sqlite", "postgres", "mysql"),
            (
                "SELECT count(*), sum(amount) FROM payment",
                "SELECT payment_id, payment_date, amount FROM payment ORDER BY 1",
            ),
        ),
    ),
}
