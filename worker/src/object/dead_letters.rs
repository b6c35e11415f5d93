//! Dead letters: listed, sent again, discarded.

use daicho_engine::delivery::letters::{DiscardError, Filter, Values, Which};
use daicho_engine::port::{Level, Log};
use serde::Deserialize;
use serde_json::{Map, json};

use super::tenant::Engine;
use super::tenant_routes::{by, bytes, decoded, internal, problem};
use crate::incoming::Incoming;
use crate::reply::Reply;

const A_PAGE: u32 = 100;

/// As many may be named in one call; a kind of them goes on its own way.
const MOST_IDS: usize = 500;

/// A page, the oldest first; `?after=<id of the last one>` gives the next. `?target=` and `?code=` leave
/// the others out, `?values=1` shows what was to be written, `?discarded=1` those that a person let be.
pub(super) fn list(request: &Incoming, engine: &Engine) -> Reply {
    let query = |name: &str| request.query(name).map(decoded);
    let after = query("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    if query("discarded").as_deref() == Some("1") {
        let letters = engine.discarded_dead_letters(after, A_PAGE);
        return letters
            .map_or_else(|error| internal(&error), |all| Reply::json(200, &json!({"dead_letters": all})));
    }
    let filter = Filter { target: query("target"), code: query("code") };
    let values = if query("values").as_deref() == Some("1") { Values::Shown } else { Values::Redacted };
    if values == Values::Shown {
        // They may be personal data: it stands in the log who looked.
        engine.world().line(Level::Info, "dead_letter_values_shown", json!({"by": by(request)}));
    }
    let letters = engine.dead_letters(&filter, after, A_PAGE, values);
    letters.map_or_else(|error| internal(&error), |all| Reply::json(200, &json!({"dead_letters": all})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    ids: Option<Vec<i64>>,
    target: Option<String>,
    code: Option<String>,
    #[serde(default)]
    all: bool,
    #[serde(default)]
    after: i64,
}

impl Replay {
    /// Which letters, if it is said in one way.
    fn which(self) -> Option<Which> {
        let filter = Filter { target: self.target, code: self.code };
        let is_kind = filter != Filter::default();
        match (self.ids, is_kind, self.all) {
            (Some(ids), false, false) if (1..=MOST_IDS).contains(&ids.len()) => Some(Which::Ids(ids)),
            (None, true, false) | (None, false, true) => Some(Which::Kind { filter, after: self.after }),
            _ => None,
        }
    }
}

/// Sends letters again.
pub(super) async fn replay(request: &Incoming, engine: &Engine) -> Reply {
    let body = match bytes(request).await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let which = serde_json::from_slice::<Replay>(&body).ok().and_then(Replay::which);
    let Some(which) = which else {
        return Reply::problem(
            422,
            "invalid_body",
            r#"Send {"ids":[…]} (up to 500), {"target":"…"} and/or {"code":"…"}, or {"all":true}; "after" goes on with a kind."#,
        );
    };
    match engine.replay_dead_letters(&which) {
        Ok(replayed) => {
            let fields = json!({"replayed": replayed.replayed, "by": by(request)});
            engine.world().line(Level::Info, "dead_letters_replayed", fields);
            Reply::json(200, &replayed)
        }
        Err(error) => internal(&error),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Discard {
    ids: Vec<i64>,
    reason: String,
}

/// Takes letters off the list, with the reason.
pub(super) async fn discard(request: &Incoming, engine: &Engine) -> Reply {
    let body = match bytes(request).await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let discard = serde_json::from_slice::<Discard>(&body).ok();
    let Some(Discard { ids, reason }) = discard.filter(|discard| (1..=MOST_IDS).contains(&discard.ids.len()))
    else {
        return Reply::problem(422, "invalid_body", r#"Send {"ids":[…],"reason":"…"}, up to 500 ids."#);
    };
    match engine.discard_dead_letters(&ids, &reason, &by(request)) {
        Ok(()) => {
            let fields = json!({"discarded": ids.len(), "by": by(request)});
            engine.world().line(Level::Info, "dead_letters_discarded", fields);
            Reply::json(200, &json!({"discarded": ids.len()}))
        }
        Err(error @ DiscardError::Reason) => problem(422, "invalid_reason", &error, Map::new()),
        Err(error @ DiscardError::NoSuchLetter { .. }) => problem(404, "no_such_letter", &error, Map::new()),
        Err(DiscardError::Engine(error)) => internal(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn which(body: &str) -> Option<Which> {
        serde_json::from_str::<Replay>(body).ok().and_then(Replay::which)
    }

    #[test]
    fn what_is_to_be_sent_again_is_said_in_one_way() {
        assert_eq!(which(r#"{"ids":[1,2]}"#), Some(Which::Ids(vec![1, 2])));
        let filter = Filter { target: None, code: Some("CB_VA01".to_owned()) };
        assert_eq!(which(r#"{"code":"CB_VA01","after":7}"#), Some(Which::Kind { filter, after: 7 }));
        assert_eq!(which(r#"{"all":true}"#), Some(Which::Kind { filter: Filter::default(), after: 0 }));
        for refused in
            ["{}", r#"{"ids":[]}"#, r#"{"all":false}"#, r#"{"ids":[1],"all":true}"#, r#"{"al":true}"#, "[1]"]
        {
            assert_eq!(which(refused), None, "{refused}");
        }
    }
}
