package jobs

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/RichardKnop/machinery/v1/tasks"
	"github.com/hibiken/asynq"
	"github.com/riverqueue/river"
	"gorm.io/gorm"
)

type Order struct {
	gorm.Model
	Total int
}

type receipt struct {
	OrderID uint
	Order   Order
	Request *http.Request
}

type ReceiptArgs struct {
	Order Order
	ID    uint
}

func (ReceiptArgs) Kind() string { return "receipt" }

func enqueue(db *gorm.DB, client *asynq.Client, id uint) error {
	var order Order
	if err := db.First(&order, id).Error; err != nil {
		return err
	}
	payload, err := json.Marshal(receipt{OrderID: id, Order: order}) // expect: job/rich-argument (info)
	if err != nil {
		return err
	}
	_, err = client.Enqueue(asynq.NewTask("mail:receipt", payload))
	return err
}

func enqueueMap(client *asynq.Client, r *http.Request, total int) error {
	payload, err := json.Marshal(map[string]any{"total": total, "request": r}) // expect: job/rich-argument (error)
	if err != nil {
		return err
	}
	_, err = client.Enqueue(asynq.NewTask("mail:receipt", payload))
	return err
}

func signature(order *Order) *tasks.Signature {
	return &tasks.Signature{Name: "receipt", Args: []tasks.Arg{
		{Type: "uint", Value: order.ID},
	}}
}

func wholeSignature(order *Order) []tasks.Arg {
	first := tasks.Arg{Type: "order", Value: order} // expect: job/rich-argument (info)
	return []tasks.Arg{first}
}

func insert(ctx context.Context, client *river.Client, order Order) error {
	_, err := client.Insert(ctx, ReceiptArgs{Order: order}, nil) // expect: job/rich-argument (info)
	return err
}

func insertFine(ctx context.Context, client *river.Client, order Order) error {
	args := ReceiptArgs{ID: order.ID}
	if _, err := client.Insert(ctx, args, nil); err != nil {
		return err
	}
	_, err := client.Insert(ctx, ReceiptArgs{ID: order.ID}, nil)
	return err
}

type welcomePayload struct{ Name string }

func fine(client *asynq.Client, order Order, w welcomePayload) error {
	answer, err := json.Marshal(order)
	if err != nil {
		return err
	}
	cache(answer)
	payload, err := json.Marshal(w)
	if err != nil {
		return err
	}
	_, err = client.Enqueue(asynq.NewTask("mail:welcome", payload))
	return err
}
