//! Faults on demand: what the network and the services do to a request instead of answering it
//! well.
//!
//! This part only decides. [`Faults::decide`] is handed a request and says which [`Action`], if
//! any, it meets; the HTTP shell carries it out on a socket, and the simulation can carry it out
//! in virtual time.

mod action;
mod pattern;
mod presets;

pub use action::{Action, Answer, AnswerBody};
pub use presets::{PRESETS, concurrency_exceeded, preset};

use serde::{Deserialize, Serialize};

use crate::Request;

/// Which of the two services a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// `/v1/*` and `/v2/*`.
    Stripe,
    /// `/k/*`.
    Kintone,
}

/// An order for a fault: which requests it meets, how many of them, and what happens to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The service whose requests are met.
    pub service: Service,
    /// The method as sent (`PUT`); absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path without its query: a prefix, or with `*` for any run of characters, the whole
    /// path. Absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub after: u32,
    /// How many requests it meets after that.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens to them.
    pub action: Action,
}

fn once() -> u32 {
    1
}

/// A plan under way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// Its number, from 1.
    pub id: u64,
    /// The order as it was given.
    #[serde(flatten)]
    pub plan: Plan,
    /// Matching requests that still pass unharmed.
    pub to_pass: u32,
    /// Requests that it still meets.
    pub remaining: u32,
    /// Requests that it met.
    pub met: u32,
}

/// What a request met.
#[derive(Debug, Clone, PartialEq)]
pub struct Met {
    /// The fault's number.
    pub id: u64,
    /// What is to happen.
    pub action: Action,
}

/// The faults ordered and not yet used up.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    last_id: u64,
    faults: Vec<Fault>,
}

impl Faults {
    /// Takes an order and returns its number.
    pub fn add(&mut self, plan: Plan) -> u64 {
        self.last_id += 1;
        self.faults.push(Fault {
            id: self.last_id,
            to_pass: plan.after,
            remaining: plan.times,
            met: 0,
            plan,
        });
        self.last_id
    }

    /// Decides what happens to a request. The oldest fault that matches and has requests left is
    /// the one that counts; it is used up by one.
    pub fn decide(&mut self, service: Service, request: &Request) -> Option<Met> {
        for fault in &mut self.faults {
            if fault.remaining == 0 || !fault.plan.matches(service, request) {
                continue;
            }
            if fault.to_pass > 0 {
                fault.to_pass -= 1;
                continue;
            }
            fault.remaining -= 1;
            fault.met += 1;
            return Some(Met { id: fault.id, action: fault.plan.action.clone() });
        }
        None
    }

    /// Every fault ordered, oldest first, used up or not.
    pub fn list(&self) -> &[Fault] {
        &self.faults
    }

    /// Takes back one order. False if there is none of that number.
    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        self.faults.len() != before
    }

    /// Takes back every order. Numbers go on from where they were.
    pub fn clear(&mut self) {
        self.faults.clear();
    }
}

impl Plan {
    fn matches(&self, service: Service, request: &Request) -> bool {
        self.service == service
            && self
                .method
                .as_ref()
                .is_none_or(|method| method.eq_ignore_ascii_case(request.method().as_str()))
            && self.path.as_ref().is_none_or(|path| pattern::matches(path, request.uri().path()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn request(method: &str, uri: &str) -> Request {
        http::Request::builder().method(method).uri(uri).body(Bytes::new()).unwrap()
    }

    fn plan(json: serde_json::Value) -> Plan {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_fault_meets_as_many_requests_as_it_was_ordered_for() {
        let mut faults = Faults::default();
        let id =
            faults.add(plan(serde_json::json!({"service": "kintone", "times": 2, "action": "reset_before"})));
        let put = request("PUT", "/k/v1/records.json");
        let met = Some(Met { id, action: Action::ResetBefore });
        assert_eq!(faults.decide(Service::Kintone, &put), met);
        assert_eq!(faults.decide(Service::Kintone, &put), met);
        assert_eq!(faults.decide(Service::Kintone, &put), None);
        assert_eq!(faults.list()[0].met, 2);
    }

    #[test]
    fn only_requests_of_its_service_method_and_path_meet_it() {
        let mut faults = Faults::default();
        faults.add(plan(serde_json::json!({
            "service": "kintone", "method": "put", "path": "/k/v1/records.json",
            "action": "reset_after",
        })));
        for (service, method, path) in [
            (Service::Stripe, "PUT", "/k/v1/records.json"),
            (Service::Kintone, "GET", "/k/v1/records.json"),
            (Service::Kintone, "PUT", "/k/v1/record.json"),
        ] {
            assert_eq!(faults.decide(service, &request(method, path)), None, "{method} {path}");
        }
        let met = faults.decide(Service::Kintone, &request("PUT", "/k/v1/records.json?app=1"));
        assert_eq!(met.map(|met| met.action), Some(Action::ResetAfter));
    }

    #[test]
    fn the_first_requests_pass_if_it_is_to_come_later() {
        let mut faults = Faults::default();
        faults.add(plan(serde_json::json!({"service": "stripe", "after": 1, "action": "reset_before"})));
        let get = request("GET", "/v1/customers");
        assert_eq!(faults.decide(Service::Stripe, &get), None);
        assert!(faults.decide(Service::Stripe, &get).is_some());
    }

    #[test]
    fn the_oldest_of_two_matching_faults_comes_first() {
        let mut faults = Faults::default();
        let first = faults.add(plan(serde_json::json!({"service": "stripe", "action": {"delay_ms": 1}})));
        let second = faults.add(plan(serde_json::json!({"service": "stripe", "action": {"delay_ms": 2}})));
        let get = request("GET", "/v1/customers");
        assert_eq!(faults.decide(Service::Stripe, &get).map(|met| met.id), Some(first));
        assert_eq!(faults.decide(Service::Stripe, &get).map(|met| met.id), Some(second));
    }

    #[test]
    fn a_fault_taken_back_meets_nothing() {
        let mut faults = Faults::default();
        let id = faults.add(plan(serde_json::json!({"service": "stripe", "action": "reset_after"})));
        assert!(faults.remove(id));
        assert!(!faults.remove(id));
        assert_eq!(faults.decide(Service::Stripe, &request("GET", "/v1/customers")), None);
    }
}
