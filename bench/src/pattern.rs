//! Event patterns: compiled once, an event read once, and matched against many.

use daicho_core::rules::{Event, Pattern};
use serde_json::{Value, json};

use crate::report::Report;
use crate::speed::per_second;

/// How many patterns an event is matched against: as many as EventBridge has rules a bus by default.
const MANY: usize = 300;

/// Measures it.
pub fn measure(report: &mut Report) {
    let event = event();
    let simple = json!({"detail-type": ["invoice.payment_failed"]});
    let rich = json!({"detail-type": [{"prefix": "invoice."}], "detail": {"data": {"object": {
        "status": [{"anything-but": ["draft", "void"]}], "total": [{"numeric": [">", 0, "<=", 1_000_000]}],
        "customer_email": [{"suffix": "@example.com"}, {"wildcard": "*+test@*"}],
        "metadata": {"plan": [{"equals-ignore-case": "PRO"}], "campaign": [{"exists": false}]},
        "$or": [{"attempt_count": [{"numeric": [">=", 3]}]}, {"collection_method": ["send_invoice"]}]}}}});
    let compile = |pattern: &Value| Pattern::compile(pattern).expect("the pattern is one");
    let (one, many) = (compile(&rich), (0..MANY).map(|at| compile(&numbered(at))).collect::<Vec<_>>());
    let read = Event::new(&event).expect("the event is one");
    assert!(one.matches(&read) && !many.iter().any(|pattern| pattern.matches(&read)));

    report.table("patterns", &["a second"]);
    let mut line = |name: &str, speed: f64| report.line(name, vec![speed]);
    line("compiling a pattern of one name", per_second(|| Pattern::compile(&simple)));
    line("compiling one with every kind of match", per_second(|| Pattern::compile(&rich)));
    line("taking in an event", per_second(|| Event::new(&event).map(drop)));
    line("matching it against the one with every kind", per_second(|| one.matches(&read)));
    let against_all = || many.iter().filter(|pattern| pattern.matches(&read)).count();
    line("matching it against 300 patterns", per_second(against_all));
}

fn numbered(at: usize) -> Value {
    json!({"detail-type": [{"prefix": "invoice."}], "detail": {"data": {"object": {"customer": [format!("cus_{at}")]}}}})
}

fn event() -> Value {
    let line = |at: usize| json!({"id": format!("il_{at}"), "object": "line_item", "amount": 1_100, "description": "基本プラン", "period": {"start": 1_764_000_000, "end": 1_766_592_000}});
    json!({"source": "aws.partner/stripe.com", "detail-type": "invoice.payment_failed", "detail": {
        "id": "evt_1", "object": "event", "type": "invoice.payment_failed", "created": 1_795_348_800, "livemode": false,
        "data": {"object": {"id": "in_1", "object": "invoice", "customer": "cus_x", "customer_email": "aoba@example.com",
            "status": "open", "total": 11_000, "currency": "jpy", "attempt_count": 3, "collection_method": "charge_automatically",
            "metadata": {"plan": "pro"}, "lines": {"object": "list", "data": (0..10).map(line).collect::<Vec<_>>()}}}}})
}
