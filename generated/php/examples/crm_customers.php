<?php

/**
 * Customers of a CRM into the books: new ones are created, known ones updated where they differ.
 *
 *     php crm_customers.php [customers.csv]
 */

declare(strict_types=1);

namespace SqlAcc\Examples;

use SqlAcc\Client;
use SqlAcc\Exception\SqlAccException;
use SqlAcc\Record\Customer;
use SqlAcc\Record\CustomerBranch;

require __DIR__ . '/common.php';

/** @param array<string, string> $row */
function branch(array $row): CustomerBranch
{
    return new CustomerBranch(
        branchName: 'BILLING',
        address1: $row['Address'],
        postcode: $row['Postcode'],
        city: $row['City'],
        state: $row['State'],
        attention: $row['Contact'],
        phone1: $row['Phone'],
        email: $row['Email'],
    );
}

/** @param array<string, string> $row */
function customer(array $row): Customer
{
    return new Customer(
        code: $row['Code'],
        companyName: $row['Name'],
        creditTerm: $row['Terms'],
        tin: $row['TIN'],
        idType: 1, // the number is a business registration
        idNo: $row['BRN'],
    );
}

/**
 * Creates or updates one customer. Customers have no update counter, so it is read just before it is written.
 *
 * @param array<string, string> $row
 */
function store(Client $client, array $row): string
{
    $wanted = customer($row);
    $found = $client->customers->find(code: $row['Code']);
    if ($found === null) {
        $client->customers->create($wanted->with(sdsBranch: [branch($row)]));

        return 'created';
    }
    $changes = array_diff_assoc($wanted->toWire(), array_filter($found->toWire(), is_scalar(...)));
    foreach ($found->sdsBranch ?? [] as $stored) {
        $differs = array_diff_assoc(branch($row)->toWire(), array_filter($stored->toWire(), is_scalar(...)));
        if ($stored->branchName === 'BILLING' && $differs !== []) {
            $changes['sdsbranch'] = [['dtlkey' => $stored->dtlKey] + $differs]; // this line alone; others stay
        }
    }
    if ($changes === []) {
        return 'unchanged';
    }
    $client->customers->update($found, $changes);

    return 'updated';
}

$client = client();
$statuses = [];
foreach (rows($argv, 'crm_customers.csv') as $row) {
    $words = '';
    try {
        $status = store($client, $row);
    } catch (SqlAccException $error) {
        $status = 'failed';
        $words = ': ' . $error->getMessage();
    }
    printf("%-9s %s %s%s\n", $status, $row['Code'], $row['Name'], $words);
    $statuses[] = $status;
}
exit(summary($statuses));
