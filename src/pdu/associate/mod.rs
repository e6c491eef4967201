//! One A-ASSOCIATE-RQ or A-ASSOCIATE-AC as a value, with what a program asks and sets on it.
//!
//! PS3.8 sections 9.3.2 and 9.3.3, PS3.7 Annex D.3.3. The fields are open: a test may build whatever it likes, and the
//! setters are what checks. How it looks on the wire is in `items`; what is done with it is decided in `ul`.

mod contexts;
mod user_information;

use std::fmt;

use super::{AeTitle, Uid, ValueError, VersionName};

pub use user_information::{CommonExtendedNegotiation, UserIdentity};
pub(super) use user_information::{
    check_common_extended_negotiation, check_user_identity, check_user_identity_response,
};

/// Which of the two PDUs an [`Associate`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssociateForm {
    /// A-ASSOCIATE-RQ.
    Request,
    /// A-ASSOCIATE-AC.
    Accept,
}

impl fmt::Display for AssociateForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "A-ASSOCIATE-RQ",
            Self::Accept => "A-ASSOCIATE-AC",
        })
    }
}

/// An A-ASSOCIATE-RQ or -AC. Plain data: it may go to any thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Associate {
    /// Which of the two.
    pub form: AssociateForm,
    /// Protocol version, one bit for each; normally 1 (PS3.8 9.3.2).
    pub protocol_version: u16,
    /// Who is called.
    pub called_ae_title: AeTitle,
    /// Who calls.
    pub calling_ae_title: AeTitle,
    /// Application context name; empty if the peer sent none, and then none is sent.
    pub application_context: Uid,
    /// The presentation contexts, in the order of the wire. From the wire they may repeat an ID or have an even one.
    pub presentation_contexts: Vec<PresentationContext>,
    /// Longest P-DATA-TF body that the sender of this PDU takes, in bytes; 0 is without limit (PS3.8 D.1).
    pub maximum_length: Option<u32>,
    /// Implementation class UID (PS3.7 D.3.3.2).
    pub implementation_class_uid: Option<Uid>,
    /// Implementation version name (PS3.7 D.3.3.2).
    pub implementation_version_name: Option<VersionName>,
    /// Asynchronous operations window (PS3.7 D.3.3.3).
    pub asynchronous_operations: Option<AsynchronousOperations>,
    /// SCP/SCU role selections, one for each SOP class (PS3.7 D.3.3.4).
    pub role_selections: Vec<RoleSelection>,
    /// SOP class extended negotiations (PS3.7 D.3.3.5).
    pub extended_negotiations: Vec<ExtendedNegotiation>,
    /// All other sub-items of the user information, known or not, raw and in their order.
    pub user_items: Vec<UserItem>,
}

/// A presentation context: proposed in the request, answered in the accept (PS3.8 9.3.2.2 and 9.3.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentationContext {
    /// Its ID: odd, if the sender keeps to the standard.
    pub id: u8,
    /// 0 acceptance, 1 user rejection, 2 provider rejection, 3 abstract syntax and 4 transfer syntaxes not supported.
    /// On the wire of the accept only.
    pub result: u8,
    /// The abstract syntax. On the wire of the request only; see [`Associate::fill_in_abstract_syntaxes`].
    pub abstract_syntax: Uid,
    /// What is proposed in a request; in an accept the one that was chosen.
    pub transfer_syntaxes: Vec<Uid>,
}

/// How many operations may be outstanding; 0 is without limit (PS3.7 D.3.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsynchronousOperations {
    /// Operations that the requestor of the association may invoke.
    pub invoked: u16,
    /// Operations that it may be asked to perform.
    pub performed: u16,
}

/// Which roles the requestor of the association may take for a SOP class (PS3.7 D.3.3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleSelection {
    /// The SOP class.
    pub sop_class_uid: Uid,
    /// 1: service class user; 0: not. From the wire, any number.
    pub scu_role: u8,
    /// 1: service class provider; 0: not. From the wire, any number.
    pub scp_role: u8,
}

/// Application information about a SOP class, to be understood by that class (PS3.7 D.3.3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedNegotiation {
    /// The SOP class.
    pub sop_class_uid: Uid,
    /// Service class application information.
    pub information: Vec<u8>,
}

/// A sub-item of the user information that has no field of its own (PS3.8 9.3.2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserItem {
    /// Its type: 0x57, 0x58, 0x59, or one that is not known here.
    pub item_type: u8,
    /// All that follows its length field.
    pub data: Vec<u8>,
}

impl Associate {
    /// An empty one: version 1, blank titles, the DICOM application context, no presentation context, no user information.
    #[must_use]
    pub fn new(form: AssociateForm) -> Self {
        Self {
            form,
            protocol_version: 1,
            called_ae_title: AeTitle::BLANK,
            calling_ae_title: AeTitle::BLANK,
            application_context: Uid::APPLICATION_CONTEXT,
            presentation_contexts: Vec::new(),
            maximum_length: None,
            implementation_class_uid: None,
            implementation_version_name: None,
            asynchronous_operations: None,
            role_selections: Vec::new(),
            extended_negotiations: Vec::new(),
            user_items: Vec::new(),
        }
    }

    /// Makes it what [`Associate::new`] gives.
    pub fn reset(&mut self, form: AssociateForm) {
        *self = Self::new(form);
    }

    /// Is this the A-ASSOCIATE-RQ?
    #[must_use]
    pub fn is_request(&self) -> bool {
        self.form == AssociateForm::Request
    }

    /// Sets who is called; empty is blank.
    ///
    /// # Errors
    /// What [`AeTitle::new`] refuses.
    pub fn set_called_ae_title(&mut self, title: &[u8]) -> Result<(), ValueError> {
        self.called_ae_title = AeTitle::new(title)?;
        Ok(())
    }

    /// Sets who calls; empty is blank.
    ///
    /// # Errors
    /// What [`AeTitle::new`] refuses.
    pub fn set_calling_ae_title(&mut self, title: &[u8]) -> Result<(), ValueError> {
        self.calling_ae_title = AeTitle::new(title)?;
        Ok(())
    }

    /// Sets the application context name.
    ///
    /// # Errors
    /// What [`Uid::new`] refuses.
    pub fn set_application_context(&mut self, uid: &[u8]) -> Result<(), ValueError> {
        self.application_context = Uid::new(uid)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
