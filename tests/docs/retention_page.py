"""The database and the map that the example of docs/retention.md speaks of."""

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, name TEXT, closed DATE);
CREATE TABLE ticket (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id), resolved DATE);
CREATE TABLE message (id INTEGER PRIMARY KEY, ticket INTEGER REFERENCES ticket (id), body TEXT);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id), bill_to TEXT, issued DATE);
CREATE TABLE visit (id INTEGER PRIMARY KEY, ip TEXT, seen DATE);
INSERT INTO customer VALUES (1, 'alma@vindheim.example', 'Alma Vind', NULL);
INSERT INTO invoice VALUES (17, 1, 'Alma Vind', '2001-05-05');
"""
MAP = """
troth: 1
systems:
  crm:
    url: sqlite:///crm.sqlite
    datasets:
      customer:
        subject: customer
        key: [id]
        fields: {id: key, email: email, name: full_name, closed: date}
      ticket:
        key: [id]
        fields: {id: key, customer: key, resolved: date}
        links: [{columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}]
      message:
        key: [id]
        fields: {id: key, ticket: key, body: free_text}
        links: [{columns: [ticket], to: "ticket [id]", means: OWNED_BY, declared: true}]
      invoice:
        key: [id]
        erase: anonymise
        fields: {id: key, customer: key, bill_to: full_name, issued: date}
        links: [{columns: [customer], to: "customer [id]", means: OWNED_BY, declared: true}]
        keep: [{law: dk.bookkeeping, columns: [bill_to], until: {start: issued, years: 5, financial_year_end: "12-31"}, active: true}]
      visit:
        key: [id]
        fields: {id: key, ip: ip_address, seen: date}
"""
