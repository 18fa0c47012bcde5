extension BackupTaken {
    /// Backups were copied page by page, and their size was not noted.
    public init(upcasting old: BackupTakenR1) {
        self.init(events: old.events, root: old.root, copyBytes: 0, form: .pages)
    }
}
