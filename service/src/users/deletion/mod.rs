//! Account deletion: its SQL, and the tombstones of deleted users. `wiring` coordinates the deletion.

pub(crate) mod queries;
pub(crate) mod tombstones;
