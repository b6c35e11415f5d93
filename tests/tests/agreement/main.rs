//! What validation says of a record, held against what the local kintone does with it: over generated
//! forms and records, in both directions; and what the check of a mapping says. Neither side knows the other's code.
//!
//! Left out is what no form tells: whether a user, a department or a looked-up key exists, and whether
//! another record has a unique value already. A projected record holds texts and lists, never numbers.

#![expect(clippy::expect_used, reason = "a test may stop")]

mod forms;
mod kintone;
mod mapping;
mod values;

use daicho_core::kintone::changed_fields;
use daicho_core::mapping::{Compiled, CompiledTarget, Mapping};
use daicho_core::validation::{Issue, RefusedBy, check_record};
use daicho_sandbox::kintone::Behaviour;
use proptest::prelude::*;
use serde_json::{Value, json};

use forms::{Case, case};
use kintone::App;

proptest! {
    #[test]
    fn what_validation_passes_kintone_takes_and_keeps(case in case()) {
        let mut app = App::new(&case, &Behaviour::default());
        let issues = issues_of(&app, &case);
        if issues.iter().any(|issue| issue.refused_by == RefusedBy::Kintone) {
            return Ok(());
        }
        // Whoever loses something in silence has taken it.
        let (status, answer) = app.add(&case.record);
        prop_assert_eq!(status, 200, "{:#}\n{}", answer, told(&issues));
        if issues.is_empty() {
            let kept = app.record(&answer["id"]);
            let sent = case.record();
            let changed = changed_fields(&sent, &kept, &app.form, app.precision);
            prop_assert!(changed.is_empty(), "{changed:?} of {}", json!(kept));
            for (code, sent) in case.texts() {
                prop_assert_eq!(kept.get(code).map(|field| &field.value), Some(sent), "{}", code);
            }
        }
    }

    #[test]
    fn what_validation_says_kintone_refuses_it_refuses(case in case()) {
        for behaviour in [Behaviour::default(), strict()] {
            let mut app = App::new(&case, &behaviour);
            let issues = issues_of(&app, &case);
            let refused: Vec<Issue> =
                issues.into_iter().filter(|issue| issue.refused_by == RefusedBy::Kintone).collect();
            if refused.is_empty() {
                return Ok(());
            }
            let (status, answer) = app.add(&case.record);
            prop_assert_eq!(status, 400, "{:#}\n{}", answer, told(&refused));
        }
    }
}

/// The other answer to what is not known of the real service, where it refuses more. (How it counts
/// characters outside the basic plane is not known either: one way refuses more, the other less.)
fn strict() -> Behaviour {
    Behaviour {
        empty_skips_min_length: false,
        line_break_refused: true,
        strict_links: true,
        ..Behaviour::default()
    }
}

fn issues_of(app: &App, case: &Case) -> Vec<Issue> {
    check_record(&target(), &case.record(), &app.form, app.precision)
}

fn told(issues: &[Issue]) -> String {
    let lines = issues.iter().map(|issue| format!("{} {:?}: {}\n", issue.code, issue.field, issue.text.en));
    lines.collect()
}

fn target() -> CompiledTarget {
    let mapping: Value = json!({"version": 1, "targets": {"t": {
        "source": "customer", "app": "a", "key": {"field": "ID"}, "fields": []}}});
    let mapping = Mapping::parse(mapping.to_string().as_bytes()).expect("the mapping is one");
    Compiled::new(&mapping).expect("the mapping can be used").target("t").expect("there is one").clone()
}
