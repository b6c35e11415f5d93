//! How long kintone's records lag behind, from both histories.
//!
//! The lag of a change runs from Stripe committing it to kintone committing the first record that
//! shows the object in that state or a later one. A change that alters no field of the record is
//! not counted, nor is one that no record has shown yet.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::judge::{Kind, expected};

/// A state of an object: when it began, and what its record must hold.
struct State {
    at: i64,
    fields: Vec<(&'static str, String)>,
}

/// The lags of all changes that were shown, in milliseconds. `stripe` and `kintone` are the two
/// parts of `GET /_sandbox/history`, from the beginning; `apps` is app id to kind.
pub fn lags(stripe: &[Value], kintone: &[Value], apps: &HashMap<String, Kind>) -> Vec<i64> {
    let commits = commits_by_object(kintone, apps);
    let mut lags = Vec::new();
    for (key, states) in states_by_object(stripe) {
        let mut commits = commits.get(&key).map(Vec::as_slice).unwrap_or_default().iter();
        let mut waiting = 0;
        // Each commit shows the newest state it equals, and with it all before that one.
        while waiting < states.len() {
            let Some((at, record)) = commits.next() else {
                break;
            };
            let newest = (waiting..states.len())
                .rev()
                .find(|index| states[*index].at <= *at && shows(record, &states[*index].fields));
            if let Some(newest) = newest {
                lags.extend(states[waiting..=newest].iter().map(|state| at - state.at));
                waiting = newest + 1;
            }
        }
    }
    lags
}

fn states_by_object(stripe: &[Value]) -> BTreeMap<(Kind, String), Vec<State>> {
    let mut states: BTreeMap<(Kind, String), Vec<State>> = BTreeMap::new();
    for change in stripe {
        let (Some(kind), Some(id), Some(at)) =
            (change["kind"].as_str().and_then(Kind::of), change["id"].as_str(), change["at"].as_i64())
        else {
            continue;
        };
        // Nobody is told of a draft.
        if change["deleted"] == true || change["json"]["status"] == "draft" {
            continue;
        }
        let fields = expected(kind, &change["json"]);
        let of = states.entry((kind, id.to_owned())).or_default();
        if of.last().is_none_or(|last| last.fields != fields) {
            of.push(State { at, fields });
        }
    }
    states
}

type Commits<'k> = HashMap<(Kind, String), Vec<(i64, &'k Value)>>;

fn commits_by_object<'k>(kintone: &'k [Value], apps: &HashMap<String, Kind>) -> Commits<'k> {
    let mut commits: Commits<'k> = HashMap::new();
    for commit in kintone {
        let kind = commit["app"].as_str().and_then(|app| apps.get(app));
        let (Some(kind), Some(at)) = (kind, commit["at"].as_i64()) else {
            continue;
        };
        let record = &commit["record"];
        if let Some(id) = record[kind.key()]["value"].as_str() {
            commits.entry((*kind, id.to_owned())).or_default().push((at, record));
        }
    }
    commits
}

/// kintone's apps as the commits left them, in the form of `GET /_sandbox/state`.
pub fn last_records(kintone: &[Value], apps: &HashMap<String, Kind>) -> Value {
    let mut records: BTreeMap<(&str, &str), &Value> = BTreeMap::new();
    for commit in kintone {
        let (Some(app), Some(id)) = (commit["app"].as_str(), commit["record_id"].as_str()) else { continue };
        if commit["operation"] == "DELETE" {
            records.remove(&(app, id));
        } else {
            records.insert((app, id), &commit["record"]);
        }
    }
    let app = |(app, kind): (&String, &Kind)| {
        let of_app = records.iter().filter(|((of, _), _)| of == app).map(|(_, record)| (*record).clone());
        (app.clone(), json!({"name": kind.app(), "records": of_app.collect::<Vec<_>>()}))
    };
    json!({"apps": apps.iter().map(app).collect::<serde_json::Map<_, _>>()})
}

fn shows(record: &Value, fields: &[(&'static str, String)]) -> bool {
    fields.iter().all(|(code, wanted)| crate::judge::holds(&record[*code], wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(name: &str) -> Value {
        json!({"id": "cus_1", "object": "customer", "name": name, "created": 0})
    }

    fn change(at: i64, json: &Value) -> Value {
        json!({"at": at, "kind": "customer", "id": "cus_1", "deleted": false, "json": json})
    }

    fn commit(at: i64, name: &str) -> Value {
        let record: serde_json::Map<_, _> = expected(Kind::Customer, &customer(name))
            .into_iter()
            .map(|(code, value)| (code.to_owned(), json!({"type": "SINGLE_LINE_TEXT", "value": value})))
            .collect();
        json!({"at": at, "app": "1", "record": record})
    }

    fn lags_of(stripe: &[Value], kintone: &[Value]) -> Vec<i64> {
        lags(stripe, kintone, &HashMap::from([("1".to_owned(), Kind::Customer)]))
    }

    #[test]
    fn a_lag_runs_to_the_first_record_that_shows_the_state() {
        let stripe = [change(100, &customer("a")), change(200, &customer("b"))];
        let kintone = [commit(150, "a"), commit(260, "b"), commit(900, "b")];
        assert_eq!(lags_of(&stripe, &kintone), [50, 60]);
    }

    #[test]
    fn a_state_that_was_passed_over_lags_until_a_later_one_is_shown() {
        let stripe = [change(100, &customer("a")), change(200, &customer("b"))];
        assert_eq!(lags_of(&stripe, &[commit(300, "b")]), [200, 100]);
    }

    #[test]
    fn a_late_write_of_an_older_state_shows_nothing_new() {
        let stripe = [change(100, &customer("a")), change(200, &customer("b"))];
        assert_eq!(lags_of(&stripe, &[commit(250, "a"), commit(400, "b")]), [150, 200]);
    }

    #[test]
    fn a_state_that_returns_is_not_shown_by_a_record_from_before() {
        let stripe = [change(100, &customer("a")), change(200, &customer("b")), change(300, &customer("a"))];
        assert_eq!(lags_of(&stripe, &[commit(150, "a"), commit(350, "a")]), [50, 150, 50]);
    }

    #[test]
    fn a_change_of_nothing_mapped_is_not_counted() {
        let mut other = customer("a");
        other["balance"] = json!(5);
        assert_eq!(lags_of(&[change(100, &customer("a")), change(200, &other)], &[commit(130, "a")]), [30]);
    }

    #[test]
    fn the_last_commits_give_what_the_apps_hold() {
        let commit = |record: &str, operation: &str, name: &str| json!({"app": "1", "record_id": record, "operation": operation, "record": {"顧客名": name}});
        let commits = [
            commit("1", "INSERT", "a"),
            commit("2", "INSERT", "b"),
            commit("1", "UPDATE", "c"),
            commit("2", "DELETE", "b"),
        ];
        let apps = HashMap::from([("1".to_owned(), Kind::Customer)]);
        let held = last_records(&commits, &apps);
        assert_eq!(held, json!({"apps": {"1": {"name": "顧客管理", "records": [{"顧客名": "c"}]}}}));
    }

    #[test]
    fn what_was_never_shown_has_no_lag() {
        assert_eq!(lags_of(&[change(100, &customer("a"))], &[]), Vec::<i64>::new());
    }
}
