//! Databases of earlier schema versions, as dumps: each is opened and brought up to date.

use std::fmt::Write as _;

use crate::world::{Life, World, put_up};

const DUMPS: [(&str, &str); 2] =
    [("v1", include_str!("../dumps/v1.sql")), ("v2", include_str!("../dumps/v2.sql"))];

fn schema(world: &World) -> Vec<String> {
    let rows = world.rows(
        "SELECT type || ' ' || name || ' ' || sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
    );
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

/// A database in use: written records, an object to read, one dead letter, a waiting event.
fn in_use() -> Life {
    let mut life = put_up(1);
    life.configure();
    life.world.stripe("/v1/customers", "name=written");
    life.world.stripe("/v1/products", "name=ignored");
    life.rest();
    life.listening = false;
    life.world.stripe("/v1/customers", "name=waiting");
    let deliveries = life.world.0.stripe.borrow_mut().due(life.world.0.now.get());
    for delivery in deliveries {
        life.tenant.accept(&delivery.body).unwrap();
    }
    life
}

fn dump(world: &World) -> String {
    let mut text = String::new();
    let tables = world.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    );
    for table in &tables {
        let (name, sql) = (table.text(0).unwrap(), table.text(1).unwrap());
        writeln!(text, "{sql};").unwrap();
        let columns = world.rows(&format!("SELECT name FROM pragma_table_info('{name}')"));
        let quoted: Vec<String> =
            columns.iter().map(|column| format!("quote({})", column.text(0).unwrap())).collect();
        let rows = world.rows(&format!("SELECT {} FROM {name}", quoted.join(" || ', ' || ")));
        for row in &rows {
            writeln!(text, "INSERT INTO {name} VALUES ({});", row.text(0).unwrap()).unwrap();
        }
    }
    for index in
        &world.rows("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
    {
        writeln!(text, "{};", index.text(0).unwrap()).unwrap();
    }
    text
}

#[test]
#[ignore = "writes the dump of a new schema version: run it, keep its output as dumps/vN.sql"]
fn write_a_dump() {
    std::fs::write("tests/dumps/new.sql", dump(&in_use().world)).unwrap();
}

#[test]
fn a_dump_of_each_version_opens_and_its_work_goes_on() {
    let fresh = schema(&put_up(1).world);
    for (name, dump) in DUMPS {
        let now = in_use();
        let world = World::new(1);
        // The services are as they were; only the tenant's database comes from the dump.
        world.0.stripe.swap(&now.world.0.stripe);
        world.0.kintone.swap(&now.world.0.kintone);
        world.0.sql.restore(dump).unwrap();
        let mut life = Life::begin(world, now.settings.clone());
        assert_eq!(schema(&life.world), fresh, "{name}: migrated, the schema is that of a new database");
        let before = life.world.number("SELECT count(*) FROM inbox WHERE status = 'waiting'");
        assert!(before > 0, "{name}: the dump has work to do");
        life.world.0.directory.claim(&life.settings.name, &[app()], 0).unwrap();
        life.rest();
        assert_eq!(life.world.number("SELECT count(*) FROM inbox WHERE status = 'waiting'"), 0, "{name}");
        assert_eq!(life.world.records().len(), 2, "{name}");
    }
}

fn app() -> daicho_core::kintone::AppAddress {
    daicho_core::kintone::AppAddress {
        domain: "example.cybozu.com".to_owned(),
        guest_space: None,
        app: daicho_core::kintone::AppId(crate::world::APP),
    }
}
