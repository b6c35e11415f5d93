//! Putting a document: check, claim, store, bind.

use std::collections::BTreeSet;

use daicho_core::connections::Connections;
use daicho_core::mapping::{Compiled, CompiledTarget, Mapping};
use daicho_core::validation::Issue;

use super::document::{self, Document, Precondition};
use super::rescan::Rescan;
use super::survey::{Survey, Surveyed};
use super::{Active, CONNECTIONS, ConfigError, MAPPING, check, circle, observed, rescan};
use crate::binding::{self, Adopted, State, Verdict};
use crate::context;
use crate::delivery;
use crate::error::EngineError;
use crate::kintone;
use crate::port::{Claims, Statements, World, Zones};
use crate::settings::Settings;

/// A document was stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its ETag, without quotation marks.
    pub etag: String,
    /// What somebody should look at although it was stored.
    pub issues: Vec<Issue>,
}

/// Both documents as they will be, and as they were.
struct Candidate {
    name: &'static str,
    document: Document,
    mapping: Option<(Mapping, Compiled)>,
    connections: Option<Connections>,
    before: Option<Active>,
    /// The ETag of the document that is not put.
    other: (&'static str, Option<String>),
}

/// Puts the mapping.
///
/// # Errors
/// [`ConfigError`] says why it was refused; the stored one stays.
pub async fn put_mapping<W: World>(
    world: &W,
    settings: &Settings,
    body: &[u8],
    precondition: &Precondition,
    by: &str,
) -> Result<Stored, ConfigError> {
    precondition.check(document::get(world, MAPPING)?.as_ref())?;
    let document = document::of_body(body)?;
    let mapping = Mapping::parse(document.body.as_bytes())?;
    let candidate = Candidate {
        name: MAPPING,
        mapping: Some(compiled(mapping, world)?),
        connections: document::connections(world)?,
        document,
        before: Active::load(world)?,
        other: (CONNECTIONS, etag(world, CONNECTIONS)?),
    };
    put(world, settings, candidate, precondition, by).await
}

/// Puts the connections.
///
/// # Errors
/// As [`put_mapping`].
pub async fn put_connections<W: World>(
    world: &W,
    settings: &Settings,
    body: &[u8],
    precondition: &Precondition,
    by: &str,
) -> Result<Stored, ConfigError> {
    precondition.check(document::get(world, CONNECTIONS)?.as_ref())?;
    let document = document::of_body(body)?;
    let connections = Connections::parse(document.body.as_bytes(), &settings.dev_hosts)?;
    let candidate = Candidate {
        name: CONNECTIONS,
        mapping: document::mapping(world)?.map(|mapping| compiled(mapping, world)).transpose()?,
        connections: Some(connections),
        document,
        before: Active::load(world)?,
        other: (MAPPING, etag(world, MAPPING)?),
    };
    put(world, settings, candidate, precondition, by).await
}

/// A mapping that is not put, checked like one as far as that goes without asking kintone.
///
/// # Errors
/// [`ConfigError`] says what is wrong with it.
pub(crate) fn candidate<W: World>(
    world: &W,
    active: &Active,
    body: &[u8],
) -> Result<(Mapping, Compiled), ConfigError> {
    let document = document::of_body(body)?;
    let (mapping, compiled) = compiled(Mapping::parse(document.body.as_bytes())?, world)?;
    refuse_errors(&check::references(&mapping, active.connections()))?;
    Ok((mapping, compiled))
}

fn compiled(mapping: Mapping, zones: &dyn Zones) -> Result<(Mapping, Compiled), ConfigError> {
    let compiled = Compiled::with_zones(&mapping, zones).map_err(ConfigError::Issues)?;
    // What no event tells of would go stale in silence.
    let issues: Vec<Issue> =
        compiled.targets().flat_map(|target| target.not_followed(context::is_followed)).collect();
    if issues.is_empty() { Ok((mapping, compiled)) } else { Err(ConfigError::Issues(issues)) }
}

fn etag<W: World>(world: &W, name: &str) -> Result<Option<String>, ConfigError> {
    Ok(document::get(world, name)?.map(|document| document.etag))
}

async fn put<W: World>(
    world: &W,
    settings: &Settings,
    candidate: Candidate,
    precondition: &Precondition,
    by: &str,
) -> Result<Stored, ConfigError> {
    let mut issues = Vec::new();
    if let Some(connections) = &candidate.connections {
        issues.extend(check::secrets(world, connections)?);
    }
    if let (Some((mapping, _)), Some(connections)) = (&candidate.mapping, &candidate.connections) {
        issues.extend(check::references(mapping, connections));
    }
    refuse_errors(&issues)?;
    let mut surveyed = survey(world, settings, &candidate).await?;
    issues.extend(surveyed.iter().flat_map(|target| target.issues.iter().cloned()));
    if let (Some((mapping, _)), Some(connections)) = (&candidate.mapping, &candidate.connections) {
        issues.extend(circle::check(world, settings, mapping, connections, &surveyed)?);
    }
    refuse_errors(&issues)?;
    claim(world, settings, &candidate, &mut surveyed).await?;
    let stored = world.transaction(|tx| {
        precondition.check(document::get(tx, candidate.name)?.as_ref())?;
        let (other, etag) = &candidate.other;
        if document::get(tx, other)?.map(|document| document.etag) != *etag {
            let own = document::get(tx, candidate.name)?.map(|document| document.etag);
            return Err(ConfigError::PreconditionFailed { etag: own });
        }
        refuse_key_in_use(world, tx, &candidate, &surveyed)?;
        document::store(tx, candidate.name, &candidate.document, by, world.now())?;
        apply(world, tx, &candidate, &surveyed).map_err(ConfigError::from)
    });
    if stored.is_err() {
        claim_as_stored(world, settings).await;
    }
    stored.map(|()| Stored { etag: candidate.document.etag, issues })
}

fn refuse_errors(issues: &[Issue]) -> Result<(), ConfigError> {
    if issues.iter().any(Issue::is_error) { Err(ConfigError::Issues(issues.to_vec())) } else { Ok(()) }
}

/// Looks at the app of each target that this document changes.
async fn survey<W: World>(
    world: &W,
    settings: &Settings,
    candidate: &Candidate,
) -> Result<Vec<Surveyed>, ConfigError> {
    let (Some((definition, mapping)), Some(connections)) = (&candidate.mapping, &candidate.connections)
    else {
        return Ok(Vec::new());
    };
    let mut survey = Survey::new(world, settings);
    let mut surveyed = Vec::new();
    for target in mapping.targets() {
        let (Some(connection), Some(definition)) =
            (connections.apps.get(&target.app), definition.targets.get(&target.name))
        else {
            continue;
        };
        let known = candidate.before.as_ref().is_some_and(|before| {
            before
                .target(&target.name)
                .is_some_and(|was| was == target && before.connection_of(was) == Some(connection))
        });
        if !known {
            surveyed.push(survey.of(&target.name, definition, connection).await?);
        }
    }
    Ok(surveyed)
}

/// Claims the connections' apps. Where the directory does not answer, targets wait for it.
async fn claim<W: World>(
    world: &W,
    settings: &Settings,
    candidate: &Candidate,
    surveyed: &mut [Surveyed],
) -> Result<(), ConfigError> {
    let (Some(_), Some(connections)) = (&candidate.mapping, &candidate.connections) else {
        return Ok(());
    };
    let apps = check::apps(settings, connections);
    match Claims::claim(world, &settings.name, &apps).await {
        Ok(refused) if refused.is_empty() => {}
        Ok(refused) => {
            claim_as_stored(world, settings).await;
            return Err(ConfigError::Claimed(refused));
        }
        Err(_lost) => {
            for target in surveyed {
                target.verdict = Verdict::Wait { reason: binding::Reason::ClaimUnknown, retry_after: None };
            }
        }
    }
    Ok(())
}

/// After a document was refused, the claims are again what the stored ones say. An unanswered
/// request is made good by the next claim.
async fn claim_as_stored<W: World>(world: &W, settings: &Settings) {
    if let Ok(Some(active)) = Active::load(world) {
        let apps = check::apps(settings, active.connections());
        let _ = Claims::claim(world, &settings.name, &apps).await;
    }
}

fn apply<W: World>(
    world: &W,
    tx: &dyn Statements,
    candidate: &Candidate,
    surveyed: &[Surveyed],
) -> Result<(), EngineError> {
    let (Some((_, mapping)), Some(_)) = (&candidate.mapping, &candidate.connections) else {
        return Ok(());
    };
    let now = world.now();
    let kept: BTreeSet<&str> = mapping.targets().map(|target| target.name.as_str()).collect();
    let mut rescan = Rescan::default();
    rescan.uncleared.extend(binding::drop_others(tx, &kept)?);
    binding::check_again(tx)?;
    observed::extend(tx, mapping)?;
    context::adopt(tx, mapping, now)?;
    for target in surveyed {
        let adopted = binding::adopt(tx, &target.name, &target.address, now)?;
        let anew = adopted != Adopted::Before;
        if adopted == Adopted::Uncleared {
            rescan.uncleared.insert(target.name.clone());
        }
        if anew || has_changed(candidate, mapping.target(&target.name)) {
            rescan.targets.insert(target.name.clone());
        }
        if !anew && overwrites_more(candidate, mapping.target(&target.name)) {
            rescan.overwriting.insert(target.name.clone());
        }
        if has_another_key(candidate, &target.name) {
            rescan.rekeyed.insert(target.name.clone());
        }
        if let Some(form) = &target.form {
            kintone::keep(tx, &target.address, form)?;
        }
        bind(world, tx, target)?;
    }
    map_forms(tx, candidate, mapping, surveyed)?;
    rescan::request(tx, rescan)
}

/// Whoever stores a mapping has seen what changed in the forms until now.
fn map_forms(
    tx: &dyn Statements,
    candidate: &Candidate,
    mapping: &Compiled,
    surveyed: &[Surveyed],
) -> Result<(), EngineError> {
    for CompiledTarget { name, .. } in mapping.targets() {
        let is_stored = candidate.name == MAPPING || surveyed.iter().any(|target| target.name == *name);
        if let Some(binding) = binding::get(tx, name)?.filter(|_| is_stored) {
            kintone::map_now(tx, name, &binding.address)?;
        }
    }
    Ok(())
}

fn has_changed(candidate: &Candidate, target: Option<&CompiledTarget>) -> bool {
    let before = candidate.before.as_ref();
    target.is_some_and(|target| before.and_then(|before| before.target(&target.name)) != Some(target))
}

fn overwrites_more(candidate: &Candidate, target: Option<&CompiledTarget>) -> bool {
    let before = candidate.before.as_ref();
    target.is_some_and(|target| {
        // Where the mapping before is not known, it may have left anything alone.
        before
            .and_then(|before| before.target(&target.name))
            .is_none_or(|was| target.overwrites_more_than(was))
    })
}

/// A record that a request makes yet would be looked for under another key, and made once more.
fn refuse_key_in_use<W: World>(
    world: &W,
    tx: &dyn Statements,
    candidate: &Candidate,
    surveyed: &[Surveyed],
) -> Result<(), ConfigError> {
    for target in surveyed.iter().filter(|target| has_another_key(candidate, &target.name)) {
        let is_same_app = binding::get(tx, &target.name)?.is_some_and(|was| was.address == target.address);
        // Nothing is found by a field that the form no longer has: the wait would never end.
        let former = candidate.before.as_ref().and_then(|before| before.definition(&target.name));
        let is_gone = former
            .zip(target.form.as_ref())
            .is_some_and(|(former, form)| form.form.field(&former.key.field).is_none());
        if is_same_app && !is_gone && delivery::may_make_records(tx, &target.name, world.now())? {
            return Err(ConfigError::KeyInUse { target: target.name.clone() });
        }
    }
    Ok(())
}

fn has_another_key(candidate: &Candidate, target: &str) -> bool {
    let before = candidate.before.as_ref().and_then(|before| before.definition(target));
    let now = candidate.mapping.as_ref().and_then(|(definition, _)| definition.targets.get(target));
    before.zip(now).is_some_and(|(before, now)| before.key != now.key)
}

/// Stores what the survey found of a target.
fn bind<W: World>(world: &W, tx: &dyn Statements, target: &Surveyed) -> Result<(), EngineError> {
    let Some(row) = binding::get(tx, &target.name)? else {
        return Ok(());
    };
    if let Verdict::Wait { reason, .. } = &target.verdict {
        // What was active is not written to either, until the new document was checked.
        binding::set_state(tx, &target.name, State::Unchecked, Some(*reason), None, world.now())?;
    }
    let row = binding::get(tx, &target.name)?.unwrap_or(row);
    Ok(binding::conclude(world, tx, &row, &target.verdict)?)
}
