//! Limits of what a workspace may have.

use clap::Args;
use service::quotas::QuotaDefaults;

const MIB: i64 = 1024 * 1024;

/// Quota settings. `jobhax admin tenants quota` sets other limits for one workspace.
#[derive(Clone, Copy, Debug, Args)]
pub struct Quotas {
    /// Members of an organization, with pending invitations
    #[arg(long, env = "JOBHAX_MAX_MEMBERS", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_members: u32,
    /// Applications of a workspace, over all members
    #[arg(long, env = "JOBHAX_MAX_APPLICATIONS", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_applications: u32,
    /// Size of the files of a workspace in MiB, over all members
    #[arg(long, env = "JOBHAX_MAX_FILE_MIB", default_value_t = 51_200, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_file_mib: u32,
    /// Connected mailboxes of a workspace, over all members
    #[arg(long, env = "JOBHAX_MAX_MAILBOXES", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_mailboxes: u32,
    /// API keys of a workspace, over all members
    #[arg(long, env = "JOBHAX_MAX_KEYS", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_keys: u32,
    /// Webhook endpoints of a workspace, over all members
    #[arg(long, env = "JOBHAX_MAX_WEBHOOK_ENDPOINTS", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_webhook_endpoints: u32,
}

impl Quotas {
    /// The limits of workspaces without limits of their own.
    pub fn defaults(&self) -> QuotaDefaults {
        QuotaDefaults {
            members: self.max_members.into(),
            applications: self.max_applications.into(),
            file_bytes: i64::from(self.max_file_mib) * MIB,
            mailboxes: self.max_mailboxes.into(),
            keys: self.max_keys.into(),
            webhook_endpoints: self.max_webhook_endpoints.into(),
        }
    }
}
