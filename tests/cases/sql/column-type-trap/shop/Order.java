package shop;

import jakarta.persistence.*;

@Entity
class Order {
    @Column(nullable = false)
    private double price; // expect: sql/column-type-trap
    private Float taxAmount = 0f; // expect: sql/column-type-trap
    private double latitude;
    @Transient
    private double totalPrice;
    private String priceList;
}

class View {
    private double price;
}
