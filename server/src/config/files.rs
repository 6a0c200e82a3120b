//! Where the contents of users' files are stored.

use super::ConfigError;
use clap::Args;
use service::platform::file_store::{FileStore, S3Settings};

/// A bucket for users' files; without one they are stored in the data directory.
#[derive(Debug, Args)]
pub struct Files {
    /// Bucket of an S3-compatible service for users' files; without one they are stored in the data directory
    #[arg(long, env = "JOBHAX_S3_BUCKET")]
    pub s3_bucket: Option<String>,
    /// URL of the S3-compatible service; Amazon's by default
    #[arg(long, env = "JOBHAX_S3_ENDPOINT")]
    pub s3_endpoint: Option<String>,
    /// Region of the bucket
    #[arg(long, env = "JOBHAX_S3_REGION", default_value = "us-east-1")]
    pub s3_region: String,
    /// Access key id
    #[arg(long, env = "JOBHAX_S3_ACCESS_KEY_ID", requires = "s3_bucket")]
    pub s3_access_key_id: Option<String>,
    /// Secret access key
    #[arg(
        long,
        env = "JOBHAX_S3_SECRET_ACCESS_KEY",
        requires = "s3_bucket",
        hide_env_values = true
    )]
    pub s3_secret_access_key: Option<String>,
}

impl Files {
    /// The bucket; `None` for the data directory.
    ///
    /// # Errors
    /// [`ConfigError`] if the access key is missing or a setting is not valid.
    pub fn file_store(&self) -> Result<Option<FileStore>, ConfigError> {
        let Some(bucket) = self.s3_bucket.clone().filter(|bucket| !bucket.is_empty()) else {
            return Ok(None);
        };
        let (Some(access_key_id), Some(secret_access_key)) =
            (self.s3_access_key_id.clone(), self.s3_secret_access_key.clone())
        else {
            return Err(ConfigError {
                name: "JOBHAX_S3_ACCESS_KEY_ID",
                detail: "Set it and JOBHAX_S3_SECRET_ACCESS_KEY, or no JOBHAX_S3_BUCKET.".into(),
            });
        };
        let settings = S3Settings {
            endpoint: self.s3_endpoint.clone(),
            region: self.s3_region.clone(),
            bucket,
            access_key_id,
            secret_access_key,
        };
        let store = FileStore::s3(&settings).map_err(|error| ConfigError {
            name: "JOBHAX_S3_BUCKET",
            detail: error.to_string(),
        })?;
        Ok(Some(store))
    }
}
