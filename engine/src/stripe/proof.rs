//! Whether a key reads the tenant's account: with a key of another account or mode Stripe shows the lists of
//! that one, and answers 404 for every object of ours.

use daicho_core::stripe::Kind;
use daicho_core::tenant::{Mode, TenantName};
use sha2::{Digest as _, Sha256};

use super::client::{self, Failure};
use super::{everything, reading};
use crate::mutant::{self, Mutant};
use crate::port::{Clock, Http, Query, Sql, SqlError, Statements};
use crate::secret::Secret;
use crate::store::meta;

/// The code of what is not believed since the key is not of the tenant's account.
pub(crate) const OTHER: &str = "stripe_key_of_another_account";

/// Whose account a key reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The tenant's.
    Own,
    /// Another one, or another mode.
    Other,
    /// Nothing says so, and nothing that it is not: no object of the account is known.
    Unknown,
}

/// How many objects that are known to exist are asked for: any of them may be gone without an event.
const WITNESSES: i64 = 3;

/// Proves it by an object other than `except` that is known to exist; where none can be read, by the account's
/// own id, which a restricted key may not be allowed to ask for and which both modes share.
pub(crate) async fn prove(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    except: &str,
) -> Result<Result<Proof, Failure>, SqlError> {
    let witnesses = witnesses(world, except)?;
    Ok(shown(world, tenant, key, &witnesses).await)
}

async fn shown(
    world: &(impl Http + Clock),
    tenant: &TenantName,
    key: &Secret,
    witnesses: &Witnesses,
) -> Result<Proof, Failure> {
    let own = Sight::of(world, tenant, key, &witnesses.own).await?;
    if own.is_there {
        return Ok(Proof::Own);
    }
    let trusted: &[String] = if own.is_missing { &[] } else { &witnesses.trusted };
    let trusted = Sight::of(world, tenant, key, trusted).await?;
    let refusal = own.refusal.or(trusted.refusal);
    let is_missing = own.is_missing || trusted.is_missing && !trusted.is_there && refusal.is_none();
    let account = match client::get(world, tenant, key, "/v1/account").await {
        Ok(answer) => answer.json,
        Err(failure) if failure.meets_all => return Err(failure),
        Err(_) => None,
    };
    let account = account.as_ref().map(everything::id_of).filter(|id| id.starts_with("acct_"));
    match (account, refusal) {
        (Some(id), _) if id == tenant.account.as_str() && is_of_mode(key, tenant) => Ok(Proof::Own),
        (Some(_), _) => Ok(Proof::Other),
        (None, _) if is_missing => Ok(Proof::Other),
        (None, Some(refusal)) => Err(refusal),
        (None, None) => Ok(Proof::Unknown),
    }
}

/// What a key shows of objects that are known to exist, up to the first that it can read.
#[derive(Default)]
struct Sight {
    is_there: bool,
    is_missing: bool,
    refusal: Option<Failure>,
}

impl Sight {
    async fn of(
        world: &(impl Http + Clock),
        tenant: &TenantName,
        key: &Secret,
        witnesses: &[String],
    ) -> Result<Self, Failure> {
        let mut sight = Self::default();
        for witness in witnesses {
            match client::get(world, tenant, key, witness).await {
                Ok(answer) if answer.json.is_some() => return Ok(Self { is_there: true, ..sight }),
                Ok(_) => sight.is_missing = true,
                Err(failure) if failure.meets_all => return Err(failure),
                Err(failure) => sight.refusal = Some(failure),
            }
        }
        Ok(sight)
    }
}

/// Which key was shown to be of the tenant's account.
const PROVED: &str = "proved_key";

/// The last key that was believed though nothing showed whose it is. As long as there is one, only what came by webhook
/// shows that a key is ours.
const TRUSTED: &str = "trusted_key";

/// Proves it once for each key: whose objects a key reads never changes.
///
/// Whoever believes a list that lacks something asks first. An empty one of another account says nothing.
pub(crate) async fn prove_once(
    world: &(impl Sql + Http + Clock),
    tenant: &TenantName,
    key: &Secret,
) -> Result<Result<Proof, Failure>, SqlError> {
    let tag = tag(key);
    if meta::get(world, PROVED)?.as_ref() == Some(&tag) || mutant::on(Mutant::BelieveAnyList) {
        return Ok(Ok(Proof::Own));
    }
    if meta::get(world, TRUSTED)?.as_ref() == Some(&tag) && witnesses(world, "")?.own.is_empty() {
        return Ok(Ok(Proof::Unknown));
    }
    let proof = prove(world, tenant, key, "").await?;
    world.transaction(|tx| match proof {
        Ok(Proof::Own) => own(tx, key),
        Ok(Proof::Unknown) => meta::put(tx, TRUSTED, &tag),
        Ok(Proof::Other) | Err(_) => Ok(()),
    })?;
    Ok(proof)
}

/// Notes that the key is shown to be of the tenant's account.
pub(crate) fn own(tx: &dyn Statements, key: &Secret) -> Result<(), SqlError> {
    meta::put(tx, PROVED, &tag(key))?;
    meta::remove(tx, TRUSTED)
}

/// Tells keys apart, and nothing of what they hold: the first 8 bytes of the SHA-256 of what no one could guess.
/// It is taken of the key in hand, for another may be stored while a request is under way.
pub(crate) fn tag(key: &Secret) -> String {
    let digest = Sha256::digest(key.expose());
    hex::encode(&digest[..8])
}

/// As a key's beginning says ("API keys" in Stripe's documentation).
fn is_of_mode(key: &Secret, tenant: &TenantName) -> bool {
    let mode = match tenant.mode {
        Mode::Live => "_live_",
        Mode::Test => "_test_",
    };
    key.expose().contains(mode)
}

/// In the order of the index `object_created`.
const NEWEST: &str = "SELECT id FROM object
    WHERE kind = ?1 AND created_s IS NOT NULL AND deleted = 0 AND id <> ?2 ORDER BY created_s DESC LIMIT ?3";

/// Of these those of which an event came by webhook, among the newest.
const HEARD: &str = "SELECT id FROM (SELECT id FROM object
      WHERE kind = ?1 AND created_s IS NOT NULL AND deleted = 0 AND id <> ?2 ORDER BY created_s DESC LIMIT 100)
    WHERE EXISTS (SELECT 1 FROM inbox WHERE object_id = id AND recovered = 0) LIMIT ?3";

/// Addresses of objects that are known to exist.
struct Witnesses {
    /// Of the tenant's account.
    own: Vec<String>,
    /// Of the account of the key that was only trusted.
    trusted: Vec<String>,
}

fn witnesses(query: &(impl Query + ?Sized), except: &str) -> Result<Witnesses, SqlError> {
    Ok(if meta::get(query, TRUSTED)?.is_some() {
        Witnesses { own: newest(query, HEARD, except)?, trusted: newest(query, NEWEST, except)? }
    } else {
        Witnesses { own: newest(query, NEWEST, except)?, trusted: Vec::new() }
    })
}

/// The newest of each kind first. A deleted customer is shown as such, so that no customer of the account answers 404.
fn newest(query: &(impl Query + ?Sized), sql: &str, except: &str) -> Result<Vec<String>, SqlError> {
    let mut found = Vec::new();
    for kind in [Kind::Customer, Kind::Subscription, Kind::Invoice] {
        let rows = query.query(sql, &[kind.as_str().into(), except.into(), WITNESSES.into()])?;
        for (place, row) in rows.iter().enumerate() {
            found.push((place, reading::path(&kind, row.text(0)?)));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().filter_map(|(_, path)| path).take(WITNESSES as usize).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::TestWorld;

    #[test]
    fn witnesses_are_of_each_kind_and_found_without_a_look_at_all_objects() {
        let world = TestWorld::new();
        let object = |id: &str, kind: &str, created: i64| {
            let sql = format!(
                "INSERT INTO object (id, kind, json, stale_before_s, unsure_to_s, version, created_s)
                 VALUES ('{id}', '{kind}', '{{}}', 1, 1, 1, {created})"
            );
            world.transaction(|tx| tx.exec(&sql, &[])).unwrap();
        };
        for (id, created) in [("in_1", 1), ("in_2", 2), ("in_3", 3), ("in_4", 4)] {
            object(id, "invoice", created);
        }
        assert_eq!(
            witnesses(&world, "in_4").unwrap().own,
            ["/v1/invoices/in_3", "/v1/invoices/in_2", "/v1/invoices/in_1"]
        );
        object("cus_1", "customer", 9);
        assert_eq!(
            witnesses(&world, "in_4").unwrap().own,
            ["/v1/customers/cus_1", "/v1/invoices/in_3", "/v1/invoices/in_2"]
        );
        let plan = world.query(&format!("EXPLAIN QUERY PLAN {NEWEST}"), &[]).unwrap();
        let plan: Vec<&str> = plan.iter().map(|step| step.text(3).unwrap()).collect();
        assert!(plan.len() == 1 && plan[0].contains("object_created"), "{plan:?}");
    }
}
