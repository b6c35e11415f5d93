//! What only tests ask of an object; not in a release.

use std::time::Duration;

use serde_json::json;
use worker::{Delay, State};

use crate::adapter::{ObjectSql, Storage};
use crate::incoming::Incoming;
use crate::reply::Reply;

/// Long enough for a test to make another call trap meanwhile.
const WAIT: Duration = Duration::from_secs(2);

/// Answers `/dev/{what}`.
pub async fn answer(request: &Incoming, state: &State) -> Reply {
    match request.path() {
        #[cfg(feature = "contract")]
        "/dev/contract" => contract(state),
        #[cfg(feature = "contract")]
        "/dev/zones" => {
            Reply::json(200, &daicho_engine::port::zone_contract::run(&crate::adapter::IntlZones))
        }
        #[cfg(feature = "provoke-panic")]
        "/dev/panic" => {
            Delay::from(Duration::from_millis(10)).await;
            provoke::panic()
        }
        #[cfg(feature = "provoke-panic")]
        "/dev/panic-in-transaction" => {
            Delay::from(Duration::from_millis(10)).await;
            provoke::panic_in_transaction(state)
        }
        #[cfg(feature = "provoke-panic")]
        "/dev/exception" => {
            Delay::from(Duration::from_millis(10)).await;
            provoke::exception()
        }
        "/dev/wait" => {
            Delay::from(WAIT).await;
            Reply::json(200, &json!({"waited": true}))
        }
        _ => Reply::problem(404, "not_found", "No such test."),
    }
}

/// The Sql contract suite on this object's own SQLite.
#[cfg(feature = "contract")]
fn contract(state: &State) -> Reply {
    let sql = Storage::of(state)
        .map_err(|error| error.to_string())
        .and_then(|storage| ObjectSql::new(storage).map_err(|error| error.reason));
    match sql {
        Ok(sql) => Reply::json(200, &daicho_engine::store::contract::run(&sql)),
        Err(reason) => Reply::problem(500, "no_sql", reason),
    }
}

#[cfg(feature = "provoke-panic")]
mod provoke {
    use daicho_engine::port::{Sql, SqlError};
    use wasm_bindgen::prelude::*;

    use super::{ObjectSql, Reply, State, Storage, json};

    #[wasm_bindgen]
    extern "C" {
        // Without `catch`, so that what it throws unwinds through the instance.
        #[wasm_bindgen(js_namespace = JSON)]
        fn parse(text: &str) -> JsValue;
    }

    #[expect(clippy::panic, reason = "provoked by a test")]
    pub(super) fn panic() -> Reply {
        panic!("provoked by a test")
    }

    #[expect(clippy::panic, reason = "provoked by a test")]
    pub(super) fn panic_in_transaction(state: &State) -> Reply {
        let Ok(sql) =
            Storage::of(state).map_err(drop).and_then(|storage| ObjectSql::new(storage).map_err(drop))
        else {
            return Reply::problem(500, "no_sql", "There is no database.");
        };
        let outcome: Result<(), SqlError> = sql.transaction(|tx| {
            tx.exec("CREATE TABLE half_done (id INTEGER PRIMARY KEY)", &[])?;
            panic!("provoked by a test")
        });
        Reply::json(200, &json!({"survived": outcome.is_ok()}))
    }

    pub(super) fn exception() -> Reply {
        Reply::json(200, &json!({"parsed": parse("{").is_object()}))
    }
}
