import Coordinator
import EventSourcing
import Events
import Ledger
import Wire

/// Files that a person said are not to be taken in again.
struct RetiredSources {
    private var places: Set<String> = []

    /// Read from the ledger's own stream.
    init(in workplace: Workplace) throws {
        let events: [RecordedEvent]
        do {
            events = try workplace.ledger.events(of: StreamName("ledger"), after: 0)
        } catch {
            throw Complaint(error)
        }
        for event in events {
            switch try? event.decode(LedgerObservation.self) {
            case .sourceRetired(let event)?: places.insert(event.place)
            case .sourceRestored(let event)?: places.remove(event.place)
            default: break
            }
        }
    }

    func contains(_ place: String) -> Bool { places.contains(place) }

    var sorted: [String] { places.sorted() }
}
