//! Reading, compiling, checking and applying a mapping with 100 fields.

use daicho_core::ByName;
use daicho_core::kintone::{FormSchema, NumberPrecision};
use daicho_core::mapping::{BuiltInZones, Compiled, Context, Mapping};
use daicho_core::validation::{check_mapping, check_record};
use serde_json::Value;

use crate::mapping::{FIELDS, large};
use crate::report::Report;
use crate::speed::per_second;

/// Measures it.
pub fn measure(report: &mut Report) {
    let large = large();
    let text = large.mapping.to_string();
    let object = large.object.to_string();
    let mapping = Mapping::from_json(&large.mapping).expect("the mapping is one");
    let compiled = Compiled::new(&mapping).expect("the mapping can be used");
    let target = compiled.target("t").expect("there is one");
    let form = FormSchema::from(large.form);
    let precision = NumberPrecision::default();
    let context: Context = serde_json::from_value(large.context).expect("the context is one");
    let forms = ByName::from([("t".to_owned(), (form.clone(), precision))]);
    let project = || target.project_in(&large.object, Some(&form), &context, &BuiltInZones);
    let projected = project();
    let issues = check_record(target, &projected.record, &form, precision);
    assert!(projected.issues.is_empty() && issues.is_empty(), "{:?} {issues:?}", projected.issues);
    assert_eq!(projected.record.len(), FIELDS);

    report.table("a mapping with 100 fields, a subscription with 20 items", &["a second"]);
    let mut line = |name: &str, speed: f64| report.line(name, vec![speed]);
    line(
        "projection and validation",
        per_second(|| {
            let projected = project();
            check_record(target, &projected.record, &form, precision)
        }),
    );
    line("projection alone", per_second(project));
    line("validation alone", per_second(|| check_record(target, &projected.record, &form, precision)));
    line("reading the object's JSON", per_second(|| serde_json::from_str::<Value>(&object)));
    line("reading the mapping", per_second(|| Mapping::parse(text.as_bytes())));
    line("compiling the mapping", per_second(|| Compiled::new(&mapping)));
    line("checking the mapping against the form", per_second(|| check_mapping(&mapping, &forms)));
}
