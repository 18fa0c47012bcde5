public import EventSourcing

extension ViewStore {
    /// Folds the whole log into a shadow beside the live view, which serves on.
    ///
    /// The live view is brought up to date first, and the shadow to the same position, so that they can be compared.
    /// An older shadow is dropped.
    /// - Parameter timer: measures the fold into the shadow.
    /// - Returns: the shadow.
    /// - Throws: `ViewFailure.stopped` if the fold met an event it does not understand; then nothing has changed.
    public func rebuild<P: Projection>(
        _ projection: P, from log: any EventLog, timer: FoldTimer? = nil
    ) throws(ViewFailure) -> View {
        // The live view may be behind, or stopped: then the shadow simply gets further.
        let live = try? catchUp(projection, from: log)
        let limit = try live?.position()
        return try ViewFailure.wrapping {
            try FileLock.holding(lockPath(P.name)) {
                let shadow = try create(P.self)
                do {
                    try fold(projection, into: shadow, from: log, upTo: limit, timer: timer)
                } catch {
                    drop(P.name, shadow.number)
                    throw error
                }
                var pointer = ViewPointer(reading: pointerPath(P.name))
                pointer.shadow = shadow.number
                try pointer.write(to: pointerPath(P.name))
                dropOthers(than: pointer, of: P.name)
                return shadow
            }
        }
    }

    /// The rebuilt view that nobody has switched to.
    public func shadow(named name: String) throws(ViewFailure) -> View {
        let pointer = ViewPointer(reading: pointerPath(name))
        guard pointer.shadow > 0 else { throw .nothingRebuilt(view: name) }
        return try open(name, pointer.shadow)
    }

    /// Makes the rebuilt view the live one. One pointer moves; the old view stays for `switchBack`.
    ///
    /// - Returns: the numbers of both generations; `from` is 0 if there was no live view.
    @discardableResult
    public func switchToShadow(of name: String) throws(ViewFailure) -> (from: UInt32, to: UInt32) {
        try move(name) { pointer throws(ViewFailure) in
            guard pointer.shadow > 0 else { throw .nothingRebuilt(view: name) }
            _ = try open(name, pointer.shadow)
            pointer = ViewPointer(current: pointer.shadow, previous: pointer.current)
        }
    }

    /// Makes the view from before the last switch the live one again. Doing it twice changes nothing.
    ///
    /// - Throws: `ViewFailure.nothingToSwitchBackTo`, or `stale` if its file cannot be trusted any more.
    @discardableResult
    public func switchBack<P: Projection>(_: P) throws(ViewFailure) -> (from: UInt32, to: UInt32) {
        try move(P.name) { pointer throws(ViewFailure) in
            guard pointer.previous > 0 else { throw .nothingToSwitchBackTo(view: P.name) }
            guard try open(P.name, pointer.previous).revision() == P.revision else {
                throw .stale(view: P.name, why: "the one from before the switch has rows of another revision")
            }
            pointer = ViewPointer(current: pointer.previous, previous: pointer.current, shadow: pointer.shadow)
        }
    }

    private func move(
        _ name: String, _ change: (inout ViewPointer) throws(ViewFailure) -> Void
    ) throws(ViewFailure) -> (from: UInt32, to: UInt32) {
        try ViewFailure.wrapping {
            try FileLock.holding(lockPath(name)) {
                var pointer = ViewPointer(reading: pointerPath(name))
                let before = pointer.current
                try change(&pointer)
                try pointer.write(to: pointerPath(name))
                dropOthers(than: pointer, of: name)
                return (before, pointer.current)
            }
        }
    }
}
