import EventSourcing
import Events
import Wire

/// What the board works out once for a job's stream.
final class JobBoardMemo {
    let job: String
    let isShown: Bool
    let file: RowCell<JobFile>
    /// The row of places of later events that was used last.
    private var recent: (number: UInt32, cell: RowCell<StepPlaces>)?

    private init(_ stream: StreamName, in rows: inout Rows) throws {
        isShown = stream.isShown
        job = String(stream.id)
        file = try rows.cell(JobBoard.key(job))
    }

    static func of(_ event: borrowing EventView, in rows: inout Rows) throws -> JobBoardMemo {
        let number = event.header.stream
        if let memo = rows.memo(of: number, as: JobBoardMemo.self) { return memo }
        let memo = try JobBoardMemo(try event.jobStream(), in: &rows)
        rows.keep(memo, of: number)
        return memo
    }
}

// MARK: - Which step an earlier event belongs to
extension JobBoardMemo {
    /// The remembered event; nil if it was not one that others name.
    func place(_ version: StreamVersion, in rows: inout Rows) throws(WireError) -> StepPlace? {
        guard version > 0 else { return nil }
        guard version >= StepPlaces.versionsPerRow else { return file.look { $0.places.place(version) } ?? nil }
        return try cell(holding: version, in: &rows).look { $0.place(version) } ?? nil
    }

    func remember(_ place: StepPlace, in rows: inout Rows) throws(WireError) {
        if place.version < StepPlaces.versionsPerRow {
            rows.change(file) { $0?.places.append(place) }
        } else {
            rows.change(try cell(holding: place.version, in: &rows), or: StepPlaces()) { $0.append(place) }
        }
    }

    private func cell(holding version: StreamVersion, in rows: inout Rows) throws(WireError) -> RowCell<StepPlaces> {
        let number = version / StepPlaces.versionsPerRow
        if let recent, recent.number == number { return recent.cell }
        let key = RowKey.join("at", RowKey.part(job), RowKey.version(number))
        let cell: RowCell<StepPlaces> = try rows.cell(key)
        recent = (number, cell)
        return cell
    }
}
