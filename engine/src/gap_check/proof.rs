//! Whether the key reads this tenant's account, before events that nobody else vouches for are taken
//! in: a key of another account lists that account's events, and not one of them is in our inbox.

use daicho_core::stripe::Kind;
use daicho_core::tenant::TenantName;
use percent_encoding::utf8_percent_encode;

use crate::error::EngineError;
use crate::port::{Query, SqlError, World};
use crate::secret::Secret;
use crate::stripe::{Failure, ID, get};

/// Objects that are tried; one may have been deleted in the very gap.
const TRIED: i64 = 3;

/// Proves it by an object that is known to exist; where none can be read, by the account's own id, which
/// a restricted key may not be allowed to ask for. Of a tenant that knows of no object nothing speaks
/// against the key.
pub(super) async fn of_account<W: World>(
    world: &W,
    tenant: &TenantName,
    key: &Secret,
) -> Result<Result<(), Failure>, EngineError> {
    let objects = objects(world)?;
    for path in &objects {
        match get(world, tenant, key, path).await {
            Ok(answer) if answer.json.is_some() => return Ok(Ok(())),
            Ok(_) => {}
            Err(failure) if failure.meets_all => return Ok(Err(failure)),
            Err(_) => {}
        }
    }
    let other = || Failure::of_this_object("stripe_key_of_another_account");
    Ok(match get(world, tenant, key, "/v1/account").await {
        Ok(answer) => match answer.json.as_ref().and_then(|account| account.get("id")?.as_str()) {
            Some(id) if id == tenant.account.as_str() => Ok(()),
            Some(_) => Err(other()),
            None if objects.is_empty() => Ok(()),
            None => Err(other()),
        },
        Err(failure) if failure.meets_all => Err(failure),
        Err(_) if objects.is_empty() => Ok(()),
        Err(_) => Err(other()),
    })
}

/// The addresses of objects that are known to exist.
fn objects(query: &(impl Query + ?Sized)) -> Result<Vec<String>, SqlError> {
    // From where Stripe's ids of the kind begin, so that the first rows looked at are some of them.
    let sql = "SELECT id FROM object WHERE id >= ?1 AND kind = ?2 AND deleted = 0 ORDER BY id LIMIT ?3";
    for (kind, prefix) in [(Kind::Customer, "cus_"), (Kind::Subscription, "sub_"), (Kind::Invoice, "in_")] {
        let Some(list) = kind.list_path() else { continue };
        let rows = query.query(sql, &[prefix.into(), kind.as_str().into(), TRIED.into()])?;
        let path = |id: &str| format!("{list}/{}", utf8_percent_encode(id, ID));
        let paths: Vec<String> = rows.iter().map(|row| row.text(0).map(path)).collect::<Result<_, _>>()?;
        if !paths.is_empty() {
            return Ok(paths);
        }
    }
    Ok(Vec::new())
}
