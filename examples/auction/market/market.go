// Package market is what the parts of the auction example agree on: the records
// in the topics, the static table of people, the static table of currencies, and
// how a function reads its event and answers with records.
//
// Amounts are in cents of a currency before validation and in euro cents after
// it. Times are event times in Unix milliseconds.
package market

// Item is a record of auction.items: something put up for auction.
type Item struct {
	// ID is the submission's, Item the thing's.
	ID         string `json:"id"`
	Item       string `json:"item"`
	Seller     int    `json:"seller"`
	Name       string `json:"name"`
	Category   int    `json:"category"`
	InitialBid int64  `json:"initialBid"`
	// Reserve is what the highest bid must reach for the item to be sold.
	Reserve int64 `json:"reserve"`
	Time    int64 `json:"time"`
	// Expires is the first moment at which a bid is too late.
	Expires int64 `json:"expires"`
}

// Bid is a record of auction.bids.
type Bid struct {
	ID     string `json:"id"`
	Item   string `json:"item"`
	Bidder int    `json:"bidder"`
	// Name and Country are looked up: the function that validates has enriched.
	Name    string `json:"name"`
	Country string `json:"country"`
	// Amount is Price in euro cents.
	Amount   int64  `json:"amount"`
	Price    int64  `json:"price"`
	Currency string `json:"currency"`
	Time     int64  `json:"time"`
}

// Completed is a record of auction.completed: how an auction ended.
type Completed struct {
	Item     string `json:"item"`
	Name     string `json:"name"`
	Category int    `json:"category"`
	Seller   int    `json:"seller"`
	Sold     bool   `json:"sold"`
	// Winner and Price are those of the highest bid, if the item was sold.
	Winner int   `json:"winner,omitempty"`
	Price  int64 `json:"price,omitempty"`
	// Bids is how many bids counted.
	Bids    int   `json:"bids"`
	Expires int64 `json:"expires"`
}

// Contact is a record of the topic contacts, keyed by Person: where to reach
// somebody. Version counts the changes from 1 on.
type Contact struct {
	Person  int    `json:"person"`
	Email   string `json:"email"`
	Version int    `json:"version"`
}

// Reached is a contact as a function knew it. FetchedAt and Age, the time since
// then, tell how stale it may be.
type Reached struct {
	Contact
	FetchedAt int64 `json:"fetchedAt"`
	AgeMillis int64 `json:"ageMillis"`
}

// Enriched is a record of auction.enriched. A contact is nil if none was known.
type Enriched struct {
	Completed
	SellerContact *Reached `json:"sellerContact"`
	WinnerContact *Reached `json:"winnerContact,omitempty"`
}
