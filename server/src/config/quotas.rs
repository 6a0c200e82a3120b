//! Limits of what a workspace may have.

use clap::Args;

/// Quota settings.
#[derive(Clone, Copy, Debug, Args)]
pub struct Quotas {
    /// Members of an organization, with pending invitations
    #[arg(long, env = "JOBHAX_MAX_MEMBERS", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_members: u32,
}
