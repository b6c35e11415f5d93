//! What judges the whole: the published kintone specification held against the requests we sent
//! ([`openapi`]), and what the tests in `tests/` share.

pub mod openapi;
