"""Small schemas written as text, in the shapes of well-known sample databases."""

from __future__ import annotations

from typing import cast

from troth.datamap.schema import Column, Family, ForeignKey, Schema, Table, TableKind

FAMILIES = {
    "int": "integer",
    "text": "text",
    "date": "date",
    "num": "decimal",
    "bool": "boolean",
    "uuid": "uuid",
}


def table(name: str, columns: str, *keys: str, kind: str = "table", **more: object) -> Table:
    """`id* name:text/5 rep?` and `rep -> employee id`; `*` is the key, `?` nullable, int the default."""
    found, primary = [], []
    for word in columns.split():
        spelled, _, native = word.partition(":")
        native, _, length = (native or "int").partition("/")
        column = spelled.rstrip("*?")
        if spelled.endswith("*"):
            primary.append(column)
        family = cast("Family", FAMILIES.get(native, native))
        found.append(Column(column, native, family, "?" in spelled, length=int(length) if length else None))
    foreign = []
    for key in keys:
        own, _, other = key.partition("->")
        target, *columns_there = other.split()
        foreign.append(ForeignKey("", tuple(own.split()), target, tuple(columns_there)))
    return Table(
        name, tuple(found), tuple(primary), tuple(foreign), kind=cast("TableKind", kind), **more  # type: ignore[arg-type]
    )  # fmt: skip


def schemas(*tables: Table, system: str = "crm") -> dict[str, Schema]:
    return {system: Schema(system, {each.name: each for each in tables})}


MUSIC = (
    table(
        "Employee",
        "EmployeeId* LastName:text FirstName:text ReportsTo? Email:text",
        "ReportsTo -> Employee EmployeeId",
    ),
    table(
        "Customer",
        "CustomerId* FirstName:text LastName:text Address:text Email:text SupportRepId?",
        "SupportRepId -> Employee EmployeeId",
    ),
    table(
        "Invoice",
        "InvoiceId* CustomerId InvoiceDate:date BillingAddress:text BillingCity:text Total:num",
        "CustomerId -> Customer CustomerId",
    ),
    table(
        "InvoiceLine",
        "InvoiceLineId* InvoiceId TrackId UnitPrice:num Quantity",
        "InvoiceId -> Invoice InvoiceId",
        "TrackId -> Track TrackId",
    ),
    table("Genre", "GenreId* Name:text"),
    table("Track", "TrackId* Name:text GenreId UnitPrice:num", "GenreId -> Genre GenreId"),
    table("Playlist", "PlaylistId* Name:text"),
    table(
        "PlaylistTrack",
        "PlaylistId* TrackId*",
        "PlaylistId -> Playlist PlaylistId",
        "TrackId -> Track TrackId",
    ),
)

TRADE = (
    table("customers", "customer_id*:text/5 company_name:text contact_name:text address:text phone:text"),
    table("employees", "employee_id* last_name:text first_name:text birth_date:date home_phone:text"),
    table("regions", "region_id* region_description:text"),
    table(
        "territories",
        "territory_id*:text territory_description:text region_id",
        "region_id -> regions region_id",
    ),
    table(
        "employee_territories",
        "employee_id* territory_id*:text",
        "employee_id -> employees employee_id",
        "territory_id -> territories territory_id",
    ),
    table("suppliers", "supplier_id* company_name:text contact_name:text phone:text"),
    table(
        "products",
        "product_id* product_name:text supplier_id unit_price:num",
        "supplier_id -> suppliers supplier_id",
    ),
    table(
        "orders",
        "order_id* customer_id:text/5 employee_id order_date:date ship_name:text ship_address:text",
        "customer_id -> customers customer_id",
        "employee_id -> employees employee_id",
    ),
    table(
        "Order Details",
        "order_id* product_id* unit_price:num quantity",
        "order_id -> orders order_id",
        "product_id -> products product_id",
    ),
)

RENTAL = (
    table("country", "country_id* country:text"),
    table("city", "city_id* city:text country_id", "country_id -> country country_id"),
    table(
        "address", "address_id* address:text postal_code:text phone:text city_id", "city_id -> city city_id"
    ),
    table(
        "store",
        "store_id* manager_staff_id address_id",
        "manager_staff_id -> staff staff_id",
        "address_id -> address address_id",
    ),
    table(
        "staff",
        "staff_id* first_name:text last_name:text email:text address_id store_id",
        "address_id -> address address_id",
        "store_id -> store store_id",
    ),
    table(
        "customer",
        "customer_id* store_id first_name:text last_name:text email:text address_id",
        "store_id -> store store_id",
        "address_id -> address address_id",
    ),
    table("film", "film_id* title:text"),
    table(
        "inventory", "inventory_id* film_id store_id", "film_id -> film film_id", "store_id -> store store_id"
    ),
    table(
        "rental",
        "rental_id* rental_date:date inventory_id customer_id staff_id",
        "inventory_id -> inventory inventory_id",
        "customer_id -> customer customer_id",
        "staff_id -> staff staff_id",
    ),
    table(
        "payment",
        "payment_id* customer_id staff_id rental_id amount:num payment_date:date",
        "customer_id -> customer customer_id",
        "staff_id -> staff staff_id",
        "rental_id -> rental rental_id",
    ),
    table("customer_list", "id name:text address:text", kind="view", reads=("customer", "address")),
)
