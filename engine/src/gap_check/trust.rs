//! What was compared with a key of which nothing shows whose it is.
//!
//! Its events are taken in, for most likely it is the right one. Once another key is shown to be the tenant's, the same
//! time is compared again: it may have been another account's.

use crate::port::{SqlError, Statements};
use crate::store::meta;

/// Which key, and from which second on it was used: `<tag> <second>`.
const ON_TRUST: &str = "compared_on_trust";

/// Notes a page that was had with the key of this tag, of a check that begins at `from_s`. Answers from which second on
/// is to be compared again first.
pub(super) fn note(
    tx: &dyn Statements,
    tag: &str,
    is_proved: bool,
    from_s: i64,
) -> Result<Option<i64>, SqlError> {
    let noted = meta::get(tx, ON_TRUST)?;
    let noted = noted.as_deref().and_then(|noted| noted.split_once(' '));
    let noted = noted.and_then(|(tag, since)| Some((tag, since.parse::<i64>().ok()?)));
    match noted {
        None if is_proved => Ok(None),
        Some((trusted, since)) if is_proved => {
            meta::remove(tx, ON_TRUST)?;
            Ok((trusted != tag).then_some(since))
        }
        // Another key on trust: from where the first was used.
        _ => {
            let since = noted.map_or(from_s, |(_, since)| since.min(from_s));
            meta::put(tx, ON_TRUST, &format!("{tag} {since}"))?;
            Ok(None)
        }
    }
}
