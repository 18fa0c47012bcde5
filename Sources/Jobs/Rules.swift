/// The numbered behaviour of deciders, expressions, prompt assembly and canonical encoding.
///
/// A job pins the number it was queued with, and replay uses the recorded one. A deliberate change of behaviour raises
/// `latest`, is written `rules >= n` where it acts, and gets a line here with its reason.
///
/// | rules | since | what changed, and why |
/// |---|---|---|
/// | 1 | the first ledger | – |
public enum Rules {
    /// What new jobs pin.
    public static let latest: UInt32 = 1
    /// The oldest number that this build can still replay.
    public static let oldest: UInt32 = 1
}
