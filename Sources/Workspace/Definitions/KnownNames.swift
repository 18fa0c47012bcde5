/// What a name may refer to.
struct KnownNames {
    var names: Set<String> = []
    /// False once something that may have held more names could not be read: a missing name then proves nothing.
    var isComplete = true

    func contains(_ name: String) -> Bool { !isComplete || names.contains(name) }
}
