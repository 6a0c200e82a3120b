//! What a person does with their own account: name and zone, password, address, sign-ins.

mod activation;
mod password;
mod profile;
mod prove;
mod queries;
mod seen;
mod sessions;

pub use activation::{activate, resend_activation};
pub use password::{change_password, forgot_password, reset_password};
pub use profile::{get_profile, has_password, update_profile};
pub(super) use prove::{Proof, prove};
pub use prove::{RECENT, prove_for_export};
pub(crate) use seen::{first_seen, seen};
pub use sessions::{get_sessions, revoke_other_sessions, revoke_session};
