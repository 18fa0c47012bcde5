/// What items of a role's session are called. No recall of a flow can be called so: its name has no spaces.
public enum SessionLabel {
    /// What the role was asked last, what it answered, and what a person did with that.
    public static let exchanges = "last exchanges"
    /// The jobs that this one continues.
    public static let tries = "earlier tries"

    /// The view that they come from.
    public static let view = "session"
}
