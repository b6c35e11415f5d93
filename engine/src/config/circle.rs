//! Lookups in a circle: each record would wait for the other, and kintone would refuse both.

use std::collections::{BTreeMap, VecDeque};

use daicho_core::connections::Connections;
use daicho_core::kintone::{AppAddress, Field, FormSchema};
use daicho_core::mapping::{Mapping, Target, Value};
use daicho_core::validation::{Issue, RefusedBy, Severity, Text};

use super::survey::Surveyed;
use crate::error::EngineError;
use crate::kintone;
use crate::port::Query;
use crate::settings::Settings;

/// A lookup that a target writes: the field, and whose records it names.
struct Edge<'a> {
    field: &'a str,
    to: &'a str,
}

/// The targets whose records cannot be written before each other's. A target that looks up its own
/// records is none of them: those may be a tree.
pub(super) fn check(
    sql: &(impl Query + ?Sized),
    settings: &Settings,
    mapping: &Mapping,
    connections: &Connections,
    surveyed: &[Surveyed],
) -> Result<Vec<Issue>, EngineError> {
    let mut apps: BTreeMap<&str, (AppAddress, FormSchema)> = BTreeMap::new();
    for (name, target) in &mapping.targets {
        let connection = connections.apps.get(&target.app);
        let Some(Ok(address)) = connection.map(|app| app.address(&settings.dev_hosts)) else { continue };
        let read = surveyed.iter().find(|surveyed| surveyed.name == *name);
        let form = match read.and_then(|surveyed| surveyed.form.clone()) {
            Some(form) => Some(form),
            None => kintone::cached(sql, &address)?,
        };
        if let Some(form) = form {
            apps.insert(name, (address, form.form));
        }
    }
    let of = |name: &str| edges(name, mapping, &apps);
    let edges: BTreeMap<&str, Vec<Edge<'_>>> = apps.keys().map(|name| (*name, of(name))).collect();
    Ok(edges.keys().filter_map(|name| circle(name, &edges)).collect())
}

fn edges<'a>(
    name: &str,
    mapping: &'a Mapping,
    apps: &'a BTreeMap<&str, (AppAddress, FormSchema)>,
) -> Vec<Edge<'a>> {
    let (Some(target), Some((address, form))) = (mapping.targets.get(name), apps.get(name)) else {
        return Vec::new();
    };
    let mut edges = Vec::new();
    for field in written(target, form) {
        let Some(lookup) = &field.lookup else { continue };
        for (other, definition) in &mapping.targets {
            let is_named = apps.get(other.as_str()).is_some_and(|(at, _)| {
                at.domain == address.domain && at.app.0.to_string() == lookup.related_app.app
            });
            if is_named && definition.key.field == lookup.related_key_field && other != name {
                edges.push(Edge { field: &field.code, to: other });
            }
        }
    }
    edges
}

/// The fields that a target writes, those in tables too.
fn written<'a>(target: &'a Target, form: &'a FormSchema) -> Vec<&'a Field> {
    let mut fields: Vec<&Field> = form.field(&target.key.field).into_iter().collect();
    for rule in &target.fields {
        let Some(field) = form.field(&rule.field) else { continue };
        fields.push(field);
        if let Value::Rows(rows) = &rule.value {
            let columns = rows.columns.iter().map(|column| &column.field).chain([&rows.key.field]);
            fields.extend(columns.filter_map(|code| field.fields.get(code)));
        }
    }
    fields
}

/// The shortest circle that a target is in.
fn circle(name: &str, edges: &BTreeMap<&str, Vec<Edge<'_>>>) -> Option<Issue> {
    let mut ways = VecDeque::from([vec![(name, "")]]);
    let mut seen = Vec::new();
    while let Some(way) = ways.pop_front() {
        let (at, _) = *way.last()?;
        for edge in edges.get(at).into_iter().flatten() {
            let mut further = way.clone();
            further.push((edge.to, edge.field));
            if edge.to == name {
                return Some(issue(name, &further));
            }
            if !seen.contains(&edge.to) {
                seen.push(edge.to);
                ways.push_back(further);
            }
        }
    }
    None
}

fn issue(name: &str, way: &[(&str, &str)]) -> Issue {
    let names: Vec<&str> = way.iter().map(|(name, _)| *name).collect();
    let circle = names.join(" → ");
    Issue {
        code: "circular_lookup".to_owned(),
        severity: Severity::Error,
        refused_by: RefusedBy::Kintone,
        target: Some(name.to_owned()),
        rule: None,
        field: way.get(1).map(|(_, field)| (*field).to_owned()),
        label: None,
        value: Some(circle.clone()),
        text: Text {
            ja: format!(
                "ルックアップが循環しています（{circle}）。互いのレコードを待つことになり、どちらも登録できません。いずれかのルックアップのフィールドをマッピングから外してください。"
            ),
            en: format!(
                "The lookups go in a circle ({circle}): each record would wait for the other, and neither could be written. Take one of the lookup fields out of the mapping."
            ),
        },
    }
}
