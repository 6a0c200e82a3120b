use crate::{
    Client, Error,
    types::{CsvImport, File, FileKind, Import, JobApplicationId},
};
use progenitor_client::{ClientHooks, OperationInfo, ResponseValue};
use reqwest::multipart::{Form, Part};
use serde::{Deserialize, de::DeserializeOwned};

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

/// Forms, which the generator does not have. They are sent once: their body cannot be repeated.
impl Client {
    /// Stores a file of an application, such as the résumé that was sent (`POST /api/files/add_file`).
    pub async fn add_file(
        &self,
        jobapp_id: JobApplicationId,
        kind: FileKind,
        name: &str,
        content: Vec<u8>,
    ) -> Result<File, Error> {
        let form = Form::new()
            .text("jobapp_id", jobapp_id.to_string())
            .text("kind", kind.to_string())
            .part("file", Part::bytes(content).file_name(name.to_owned()));
        self.upload("files", "add_file", form).await
    }

    /// Imports applications from a CSV file (`POST /api/jobapps/import_csv`). `dry_run` only previews what the import would change.
    pub async fn import_csv(&self, name: &str, content: Vec<u8>, dry_run: bool) -> Result<CsvImport, Error> {
        let form = Form::new()
            .text("dry_run", dry_run.to_string())
            .part("file", Part::bytes(content).file_name(name.to_owned()));
        self.upload("jobapps", "import_csv", form).await
    }

    /// Imports `.eml`, `.mbox`, `.zip` or `.gz` files (`POST /api/mail/import_mails`). `dry_run` only previews what the import would change.
    pub async fn import_mails(&self, name: &str, content: Vec<u8>, dry_run: bool) -> Result<Import, Error> {
        let form = Form::new()
            .text("dry_run", dry_run.to_string())
            .part("file", Part::bytes(content).file_name(name.to_owned()));
        self.upload("mail", "import_mails", form).await
    }

    async fn upload<T: DeserializeOwned>(
        &self,
        area: &str,
        operation_id: &'static str,
        form: Form,
    ) -> Result<T, Error> {
        let url = format!("{}/api/{area}/{operation_id}", self.baseurl);
        let request = self.client.post(url).multipart(form).build()?;
        let response = self.exec(request, &OperationInfo { operation_id }).await?;
        if response.status().is_success() {
            let envelope = ResponseValue::<Envelope<T>>::from_response(response).await?;
            Ok(envelope.into_inner().data)
        } else {
            Err(Error::ErrorResponse(
                ResponseValue::from_response(response).await?,
            ))
        }
    }
}
